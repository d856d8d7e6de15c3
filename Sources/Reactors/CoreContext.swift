public import Buffers
import Scheduling
public import Streams
import Timers
public import Timing
import Tracing

/// All that belongs to one core and is shared by its tasks, one after the other: the task table and tree, the timers,
/// the record of what happened. Nothing of it is ever shared with another core.
///
/// A task gets it while it is polled. Context: reactor.
public struct CoreContext: ~Copyable {
  /// The time at the start of this poll.
  public internal(set) var now: Instant
  /// When the polled task wants to be polled again at the latest, whatever else wakes it: one deadline a task, to be set
  /// anew in each poll. `never` for not at all.
  public var deadline = Instant.never
  /// Counters and the trace.
  public var record: ReactorRecord
  public let limits: ReactorLimits

  var tasks: TaskTable
  var timers: Timers
  /// In place of a task, whose deadline is when throttled interrupt sources may come again.
  var releaseTimer: Int { limits.taskCount }
  /// What a panic, a debugger or the watch of another core looks at; one element, in memory that does not move.
  var running: Table<RunningTask>
  /// The slot of the task that is polled.
  var currentSlot = noSlot
  /// A poll longer than this is looked at: the longest one so far, or the budget.
  var noteworthyPoll = Duration.zero
  /// A task to be cancelled when the poll that asked for it has ended, because it is being polled or above the one that is.
  var doomed: TaskID?

  init(
    core: Int, now: Instant, limits: ReactorLimits, in arena: inout Arena
  ) throws(ArenaError) {
    precondition(limits.pollsPerTurn > 0, "a turn has at least one poll")
    let trace = try TraceRing(capacity: limits.traceCapacity, in: &arena)
    let tasks = try TaskTable(
      slotCount: limits.taskCount, slotByteCount: limits.taskByteCount, core: core, in: &arena)
    let timers = try Timers(taskCount: limits.taskCount + 1, timerCount: limits.timerCount, in: &arena)
    let running = try Table(repeating: RunningTask.none, count: 1, in: &arena)
    self.now = now
    self.limits = limits
    record = ReactorRecord(trace: trace)
    self.tasks = tasks
    self.timers = timers
    self.running = running
  }

  /// Gives what a panic or a debugger wants to know of this core: what runs, in one element, and the names of the tasks,
  /// by slot. Both lie in memory that does not move.
  public func publish(
    _ body: (_ running: borrowing Table<RunningTask>, _ names: borrowing Table<StaticString>) -> Void
  ) {
    body(running, tasks.names)
  }

  /// How often the core has slept since boot.
  public var sleepCount: UInt64 { running[0].sleeps }

  /// When the polled task has used up its budget; what goes on beyond it is recorded.
  public var budgetEnd: Instant { now + limits.pollBudget }

  /// Polls a future or stream at the present time on behalf of the polled task: when it is pending, its deadline is the
  /// task's, unless that has an earlier one.
  @inline(__always)
  public mutating func poll<Source: Future & ~Copyable>(
    _ source: inout Source
  ) -> Poll<Source.Message, Source.Failure> {
    switch source.poll(at: now) {
    case .ready(let message): return .ready(message)
    case .failed(let failure): return .failed(failure)
    case .ended: return .ended
    case .pending:
      deadline = min(deadline, source.nextDeadline)
      return .pending
    }
  }
}

/// How much a reactor holds, and how long things may take.
public struct ReactorLimits: Sendable {
  /// Tasks at the same time, 1 to 65,536.
  public var taskCount: Int
  /// Timers that tasks create, beside the deadline that each task has anyway.
  public var timerCount: Int
  /// The largest future that can be a task, and the largest output.
  public var taskByteCount: Int
  /// Events kept; a power of two.
  public var traceCapacity: Int
  /// Polls of a `turn`, at least 1. `run` has no turns: it looks at interrupts and timers between any two polls.
  public var pollsPerTurn: Int
  /// How long a poll may take; longer ones are recorded.
  public var pollBudget: Duration

  public init(
    taskCount: Int = 64, timerCount: Int = 16, taskByteCount: Int = 256, traceCapacity: Int = 64,
    pollsPerTurn: Int = 64,
    pollBudget: Duration = .milliseconds(1)
  ) {
    self.taskCount = taskCount
    self.timerCount = timerCount
    self.taskByteCount = taskByteCount
    self.traceCapacity = traceCapacity
    self.pollsPerTurn = pollsPerTurn
    self.pollBudget = pollBudget
  }
}
