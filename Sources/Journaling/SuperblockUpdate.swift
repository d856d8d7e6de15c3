import Buffers

/// The order in which a new superblock replaces the old one: half of the copies, a flush, the other half, a
/// flush. At any moment one half is wholly the old or wholly the new one, and durable.
struct SuperblockUpdate: Sendable {
  private enum Step {
    case flush
    case copy(Int)
  }

  private static let stepCount = 7
  private var step: Int

  /// - Parameter flushesFirst: whether writes completed before are not known to be durable; what the new
  ///   superblock says of them must not be on disk before they are.
  init(flushesFirst: Bool) { step = flushesFirst ? 0 : 1 }

  private var current: Step {
    switch step {
    case 0, 3, 6: .flush
    case 1, 2: .copy(step - 1)
    default: .copy(step - 2)
    }
  }

  /// What to ask of the disk now.
  func request(_ superblock: Superblock, block: consuming Block) -> BlockRequest {
    switch current {
    case .flush:
      return BlockRequest(.flush, sector: 0, sectorCount: 0, block: block)
    case .copy(let index):
      let sector = UInt64(index) * JournalFormat.superblockSpacing
      var buffer = block.buffer
      superblock.encode(into: &buffer, sector: sector)
      return BlockRequest(.write, sector: sector, sectorCount: 1, block: block)
    }
  }

  /// Goes on after the request was completed; true when it was the last one.
  mutating func advance() -> Bool {
    step += 1
    return step == Self.stepCount
  }
}
