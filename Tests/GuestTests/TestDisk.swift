import Buffers
import Machine
import Timing
import Virtio
import VirtioTransports
import Wire

/// The scratch disk, memory for its requests, and a way to wait for it.
struct TestDisk: ~Copyable {
  /// Sectors of a block: requests are of at most as many.
  static let sectorLimit = 64
  /// How long the disk may take for anything.
  static let patience = Duration.seconds(5)

  var port: DiskPort
  var pool: BlockPool
  /// Mixed into every pattern, so that no pass is taken in by what an earlier one left.
  var generation: UInt64 = 0

  init(_ devices: GuestDevices, _ core: inout Core, in arena: inout Arena) {
    port = devices.disk(&core, in: &arena)
    do throws(ArenaError) {
      pool = try BlockPool(count: port.requestCapacity + 1, sectorCount: Self.sectorLimit, in: &arena)
    } catch {
      Machine.panic("too little memory for the disk's tests")
    }
  }

  /// Whether every block is back in the pool and nothing is in flight.
  var isBalanced: Bool { pool.freeCount == pool.capacity && port.inFlightCount == 0 }

  /// Submits a request, its data being the pattern when it is a write. False when there is no room for it.
  mutating func submit(_ operation: BlockRequest.Operation, sector: UInt64 = 0, count: Int = 0) -> Bool {
    guard var block = pool.take() else { return false }
    if operation == .write {
      for index in 0..<count { fill(&block, at: index, sector: sector &+ UInt64(index)) }
    }
    let request = BlockRequest(operation, sector: sector, sectorCount: count, block: block)
    guard let refused = port.submit(request) else { return true }
    pool.give(refused.block)
    return false
  }

  /// Sleeps until the disk's interrupt says that a request has completed; nothing when the patience is over.
  mutating func wait(_ core: inout Core) -> BlockCompletion? {
    port.flush()
    let deadline = core.now + Self.patience
    while true {
      if let completion = port.completion() { return completion }
      if port.armInterrupt() { continue }
      let now = core.now
      guard now < deadline else { return nil }
      core.arm(for: deadline)
      core.haltUnlessPending()
      while core.pendingSources != 0 { _ = core.take(source: core.pendingSources.trailingZeroBitCount) }
    }
  }

  /// Waits for one request and gives its block back. Nothing when it did not complete in time.
  mutating func finish(_ core: inout Core) -> BlockCompletion.Status? {
    guard let completion = wait(&core) else { return nil }
    let status = completion.status
    pool.give(completion.request.block)
    return status
  }

  /// One request from beginning to end.
  mutating func perform(
    _ operation: BlockRequest.Operation, sector: UInt64 = 0, count: Int = 0, _ core: inout Core
  ) -> BlockCompletion.Status? {
    submit(operation, sector: sector, count: count) ? finish(&core) : nil
  }

  /// Waits for a read, looks at what it brought, and gives its block back: how many words are not the pattern's;
  /// nothing when it failed.
  mutating func finishReading(_ core: inout Core) -> UInt64? {
    guard let completion = wait(&core) else { return nil }
    var wrong: UInt64 = 0
    for index in 0..<completion.request.sectorCount {
      wrong &+= mismatches(completion.request.block, at: index, completion.request.sector &+ UInt64(index))
    }
    let status = completion.status
    pool.give(completion.request.block)
    return status == .succeeded ? wrong : nil
  }

  /// A word that tells its place on the disk and its generation.
  private func word(_ sector: UInt64, _ index: Int) -> UInt64 {
    var value = (sector &* 64 &+ UInt64(index)) &* 0x9E37_79B9_7F4A_7C15 &+ generation
    value ^= value >> 29
    return value &* 0xBF58_476D_1CE4_E5B9
  }

  private func fill(_ block: inout Block, at index: Int, sector: UInt64) {
    var bytes = block.buffer
    let start = index * Block.sectorByteCount
    for position in 0..<Block.sectorByteCount / 8 {
      bytes.storeBytes(of: word(sector, position), toByteOffset: start + position * 8, as: UInt64.self)
    }
  }

  private func mismatches(_ block: borrowing Block, at index: Int, _ sector: UInt64) -> UInt64 {
    let start = index * Block.sectorByteCount
    var count: UInt64 = 0
    for position in 0..<Block.sectorByteCount / 8 {
      let read: UInt64 = block.bytes.littleEndian(at: start + position * 8)
      if read != word(sector, position) { count += 1 }
    }
    return count
  }
}
