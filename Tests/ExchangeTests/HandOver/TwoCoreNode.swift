import Buffers
import Exchange
import Journaling
import Queues
import Reactors
import Scheduling
import TestSupport
import Timing

@testable import SimulationSupport

/// The order node on one simulated core and its journal on another, each a reactor of its own in one virtual time.
final class TwoCoreNode {
  typealias Node = SimulatedNode<RemoteJournal>

  let node: Node
  let disk: SimulatedDisk
  private let time = VirtualTime()
  private let memory = TestArena(byteCount: 1 << 20)
  private let pool: BufferPool<HardwareWord>
  private var blocks: BlockPool
  private var journalReactor: Reactor<SimulatedCore, PriorityLevels>
  private let journalWires: SimulatedCore.Wires
  private let service: HostedService
  private let (entriesLine, progressLine) = (WakeLine(source: 2), WakeLine(source: 1))

  /// Boots from `medium`, which is blank or holds a journal that needs no time to be read.
  init(
    _ medium: FakeDisk, size: NodeSize = NodeSize(), bufferCount: Int = 4,
    latency: ClosedRange<UInt64> = 50_000...50_000
  ) throws {
    blocks = try BlockPool(count: 2, sectorCount: JournalFormat.recordSectorLimit, in: &memory.arena)
    disk = SimulatedDisk(medium, time: time)
    disk.latency = latency
    let nodeMemory = size.makeMemory()
    var venue = try size.makeVenue(in: nodeMemory)
    var opening = JournalOpening(
      try JournalRecovery(
        sectorCount: disk.sectorCount, isReadOnly: false, canFlush: true, purpose: .appending,
        newJournalID: 1, blocks: &blocks), disk: disk)
    while case .waiting = opening.step(&venue) { time.advance(to: time.nextEvent) }
    venue.finishReplay()
    let link = try JournalLink(
      JournalLinkProperties(
        bufferCount: bufferCount, entriesWaiting: .wake(entriesLine.hook),
        progressWaiting: .wake(progressLine.hook)), in: &memory.arena)
    pool = link.pool
    let ends = link.ends(of: opening.finish())
    service = HostedService(ends.service)
    node = try Node(
      link: FakeLink(), venue: venue, journal: ends.journal, time: time, size: size, memory: nodeMemory)
    let core = SimulatedCore(time)
    journalWires = core.wires
    journalReactor = try Reactor(core: core, in: &memory.arena)
    connect()
  }

  private func connect() {
    let task = journalReactor.spawn(JournalTask(service: service), "journal").id()
    journalReactor.connect(source: 1, priority: 0, to: task)
    journalReactor.connect(source: 2, priority: 1, to: task)
    entriesLine.wires = journalWires
    progressLine.wires = node.wires
    disk.onInterrupt = { [journalWires] in journalWires.raise(source: 1) }
  }

  /// Lets both cores work, and time pass when both sleep.
  func run(for duration: Timing.Duration) {
    let end = time.now + duration
    while time.now < end {
      let isNodeAsleep = node.turn()
      let isJournalAsleep = turnJournal()
      // The journal core may have woken the node's.
      let isAsleep = isNodeAsleep && isJournalAsleep && node.wires.pending == 0
      let next =
        isAsleep ? min(time.nextEvent, node.wires.armed, journalWires.armed) : time.now + .microseconds(2)
      time.advance(to: min(end, next))
      node.wires.raiseTimerIfDue(source: 0)
      journalWires.raiseTimerIfDue(source: 0)
    }
  }

  /// One turn of the journal core. True when it went to sleep.
  private func turnJournal() -> Bool {
    let halts = journalWires.halts
    journalReactor.readClock()
    journalReactor.turn()
    return journalWires.halts != halts && journalWires.pending == 0
  }

  /// The power goes. False when a block or a buffer is missing.
  func cutPower() -> Bool {
    disk.cutPower(returningBlocksTo: &blocks)
    service.close(into: &blocks)
    let isBalanced = node.link.isBalanced && blocks.freeCount == blocks.capacity
    _ = node.journal.take()
    return isBalanced && pool.lentCount == 0
  }
}

/// The task as a kernel would make it, but that the test keeps hold of the service.
private struct JournalTask: Schedulable {
  let service: HostedService

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { TaskPoll(service.poll(&context)) }

  static var functions: TaskFunctions<JournalTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

private final class HostedService {
  private var service: JournalService<SimulatedDisk>?
  init(_ service: consuming JournalService<SimulatedDisk>) { self.service = consume service }

  func poll(_ context: inout CoreContext) -> TaskStatus { service!.poll(&context) }
  func close(into blocks: inout BlockPool) { service.take()!.close().close(into: &blocks) }
}

/// An interrupt line from one simulated core to another.
private final class WakeLine {
  var wires: SimulatedCore.Wires?
  private let source: Int
  init(source: Int) { self.source = source }

  var hook: WakeHook {
    // SAFETY: the node of two cores keeps its lines as long as its queues.
    unsafe WakeHook(context: UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())) {
      let line = unsafe Unmanaged<WakeLine>.fromOpaque(UnsafeRawPointer(bitPattern: $0)!)
      unsafe line.takeUnretainedValue().raise()
    }
  }

  private func raise() { wires?.raise(source: source) }
}
