import Buffers
public import Exchange
public import Journaling
public import TestSupport
import Timing

/// A machine with a disk that can be booted, cut off and booted again.
public final class SimulatedMachine {
  public typealias Node = SimulatedNode<DiskJournal<SimulatedDisk>>

  public let time: VirtualTime
  public let medium: FakeDisk
  public var size = NodeSize()
  public var limits = JournalLimits()
  public var latency: ClosedRange<UInt64> = 50_000...50_000
  /// Given to each boot; see `HostedJournal`.
  public var acknowledgesEarly = false
  public var makeLink: () throws -> FakeLink = { try FakeLink() }
  /// The running node; nothing while the power is off.
  public private(set) var node: Node?
  public private(set) var disk: SimulatedDisk?
  public private(set) var bootCount: UInt64 = 0
  private var blocks: BlockPool
  private let blockMemory = TestArena(byteCount: 1 << 18)

  public init(_ medium: FakeDisk, time: VirtualTime = VirtualTime()) throws {
    self.medium = medium
    self.time = time
    blocks = try BlockPool(count: 2, sectorCount: JournalFormat.recordSectorLimit, in: &blockMemory.arena)
  }

  deinit { stop { disk, blocks in disk.resetMachine(returningBlocksTo: &blocks) } }

  /// What a boot came to.
  public enum BootError: Error, Equatable {
    case journal(JournalError)
    case notReplayable(entry: UInt64)
    /// The power went before it was done.
    case cut
  }

  /// Reads the journal and starts the node.
  ///
  /// - Parameter stepLimit: the power goes when the disk has been waited for as often.
  @discardableResult
  public func boot(stepLimit: Int = .max) throws -> Node {
    precondition(node == nil, "it runs already")
    bootCount += 1
    let memory = size.makeMemory()
    var venue = try size.makeVenue(in: memory)
    let disk = SimulatedDisk(medium, time: time, seed: bootCount)
    disk.latency = latency
    let recovery: JournalRecovery
    do {
      recovery = try JournalRecovery(
        sectorCount: disk.sectorCount, isReadOnly: disk.isReadOnly, canFlush: disk.canFlush,
        purpose: .appending, newJournalID: bootCount, limits: limits, blocks: &blocks)
    } catch { throw BootError.journal(error) }
    var opening = JournalOpening(recovery, disk: disk)
    if let error = replay(&opening, into: &venue, stepLimit: stepLimit) {
      disk.cutPower(returningBlocksTo: &blocks)
      opening.close(into: &blocks)
      throw error
    }
    venue.finishReplay()
    let node = try Node(
      link: makeLink(), venue: venue, journal: opening.finish(), time: time, size: size, memory: memory)
    node.journal.acknowledgesEarly = acknowledgesEarly
    disk.onInterrupt = { [wires = node.wires] in wires.raise(source: Node.diskSource) }
    self.disk = disk
    self.node = node
    return node
  }

  private func replay(
    _ opening: inout JournalOpening<SimulatedDisk>, into venue: inout LocalVenue, stepLimit: Int
  ) -> BootError? {
    for _ in 0..<stepLimit {
      switch opening.step(&venue) {
      case .waiting: time.advance(to: time.nextEvent)
      case .finished: return nil
      case .failed(let error): return .journal(error)
      case .notReplayable(let entry): return .notReplayable(entry: entry)
      }
    }
    return .cut
  }

  /// The power goes: what was not flushed is lost, torn or reordered.
  public func cutPower() { stop { disk, blocks in disk.cutPower(returningBlocksTo: &blocks) } }

  /// The machine is reset; the disk keeps what it has.
  public func reset() { stop { disk, blocks in disk.resetMachine(returningBlocksTo: &blocks) } }

  private func stop(_ end: (SimulatedDisk, inout BlockPool) -> Void) {
    guard let node, let disk else { return }
    precondition(node.link.isBalanced, "the frame pool does not balance")
    end(disk, &blocks)
    node.journal.take().close(into: &blocks)
    precondition(blocks.freeCount == blocks.capacity, "the block pool does not balance")
    node.link.onSend = nil
    (self.node, self.disk) = (nil, nil)
  }
}
