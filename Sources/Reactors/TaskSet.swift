public import Timing

/// The tasks of one reactor, known when the image is built: a task is a number, polling it a static choice.
public protocol TaskSet: ~Copyable {
  /// Lets `task` work, within its own budget.
  ///
  /// A task that stopped because its budget was used up, and not because it has nothing to do, says `ready`.
  mutating func poll(task: Int, in context: inout TaskContext, record: inout ReactorRecord) -> TaskStatus
}

/// What a polled task says of itself.
public enum TaskStatus: Sendable {
  /// Nothing to do before it is woken.
  case waiting
  /// More to do: poll again after the others of its priority.
  case ready
}

/// What a task sees of its reactor while it is polled.
public struct TaskContext {
  /// The time at the start of this poll.
  public let now: Instant
  /// When this task wants to be woken next, whatever else wakes it: one timer a task. `never` for not at all.
  public var deadline: Instant
  /// Other tasks to wake, a bit each.
  public private(set) var wakes: UInt64 = 0

  public init(now: Instant, deadline: Instant) {
    self.now = now
    self.deadline = deadline
  }

  /// Makes another task ready.
  public mutating func wake(task: Int) {
    precondition(task >= 0 && task < 64, "no such task")
    wakes |= 1 << UInt64(task)
  }
}
