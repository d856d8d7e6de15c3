import Buffers
@testable import Exchange
import Networking
import Orders
import Queues
import Reactors
import Scheduling
import Sessions
import SimulationSupport
import TestSupport
import Timing
import Wire

/// A core of a `SpreadMachine`, with its own reactor. One turn is one poll.
final class SpreadCore {
  let wires: SimulatedCore.Wires
  var reactor: Reactor<SimulatedCore, PriorityLevels>
  private let time: VirtualTime

  init(_ time: VirtualTime, in memory: TestArena) throws {
    let core = SimulatedCore(time)
    wires = core.wires
    self.time = time
    reactor = try Reactor(
      core: core, limits: ReactorLimits(taskCount: 4, pollsPerTurn: 1), in: &memory.arena)
    reactor.connect(source: 0, priority: 0, to: nil)
  }

  /// Polls one task, if any is ready. False when none was.
  @discardableResult
  func turn() -> Bool {
    if wires.armed <= time.now { wires.raise(source: 0) }
    reactor.readClock()
    return !reactor.turn()
  }

  func spawn(_ name: StaticString, level: UInt8, _ work: @escaping (inout CoreContext) -> TaskStatus)
    -> TaskID
  {
    let task = reactor.spawn(SpreadTask(work: work), name, TaskAttributes(level: level)).id()
    guard let task else { preconditionFailure("no room for a task") }
    return task
  }

  /// Marks `source`. The core must outlive the queue.
  func wakeHook(source: Int) -> WakeHook {
    // SAFETY: the machine keeps its cores as long as its queues; a source is below 64.
    let address = unsafe UInt(bitPattern: Unmanaged.passUnretained(wires).toOpaque())
    return WakeHook(context: address << 6 | UInt(source)) { context in
      let wires = unsafe Unmanaged<SimulatedCore.Wires>.fromOpaque(
        UnsafeRawPointer(bitPattern: context >> 6)!)
      unsafe wires.takeUnretainedValue().raise(source: Int(context & 63))
    }
  }
}

struct SpreadTask: Schedulable {
  let work: (inout CoreContext) -> TaskStatus

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { TaskPoll(work(&context)) }

  static var functions: TaskFunctions<SpreadTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}
