public import Buffers
public import Scheduling
public import Streams
import Timers
import Timing

/// One core's event loop: interrupts by priority, due timers, then one ready task after the other as the core's
/// discipline picks them, and sleep when there is none.
///
/// Interrupts only mark and wake; all work is done by tasks, each polled to the end of its budget. Marked interrupts and
/// due timers are looked at between any two polls, so that a task waits for no more than one poll of a less urgent one.
/// Context: reactor.
public struct Reactor<Core: ReactorCore & ~Copyable, Tasks: TaskDiscipline & ~Copyable>: ~Copyable {
  public var core: Core
  /// What the tasks of this core share.
  public var context: CoreContext
  var ready: Tasks
  var interrupts: InterruptQueue
  var taskOfSource: InlineArray<64, TaskID> = InlineArray(repeating: .nobody)

  /// Context: boot.
  public init(core: consuming Core, limits: ReactorLimits = ReactorLimits(), in arena: inout Arena)
    throws(ArenaError)
  {
    let context = try CoreContext(core: core.number, now: core.now, limits: limits, in: &arena)
    let ready = try Tasks(taskCount: limits.taskCount, in: &arena)
    let interrupts = try InterruptQueue(in: &arena)
    self.core = core
    self.context = context
    self.ready = ready
    self.interrupts = interrupts
  }

  /// Lets `source` wake `task`, or nobody: the timer's source only ends a sleep.
  ///
  /// - Parameters:
  ///   - priority: 0 is the most urgent; sources of the same priority are served as they come.
  ///   - limit: how often it is served at most. One that comes more often is masked until its time has come, and counted.
  public mutating func connect(source: Int, priority: Int, to task: TaskID?, limit: TokenRate? = nil) {
    interrupts.register(source: source, priority: priority, limit: limit)
    taskOfSource[source] = task ?? .nobody
  }

  /// Makes a task ready from outside of a poll.
  public mutating func wake(_ task: TaskID) { context.wake(task) }

  /// Puts a future into the task table, under no other task. See `CoreContext.spawn`.
  public mutating func spawn<Task: Schedulable & ~Copyable>(
    _ task: consuming Task, _ name: StaticString, _ attributes: TaskAttributes = TaskAttributes()
  ) -> Spawned<Task> {
    context.spawn(task, name, attributes)
  }
}
