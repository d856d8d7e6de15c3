/// What a reactor can run as a task: it is polled when it was woken, and says what to do with it.
///
/// The task lives in its slot until it has finished or is cancelled, and does not move. It is polled when it was
/// spawned, when another task or an interrupt wakes it, when a child of it has finished, and at the deadline it set.
/// A future or stream of `Streams` becomes one by a struct around it that polls it with `CoreContext.poll`.
///
/// `functions` is one line that has to stand in each concrete type, word for word, since the compiler makes functions that are stored
/// without a heap only for those:
///
///     static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
public protocol Schedulable: ~Copyable {
  /// What the task leaves behind: it can be joined by the parent.
  associatedtype Output: ~Copyable = Void

  /// Does some work, for no longer than the reactor's budget of a poll.
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Output>

  /// How the reactor reaches a task of this type.
  static var functions: TaskFunctions<Self> { get }
}

/// What a polled task says of itself.
@frozen public enum TaskPoll<Output: ~Copyable>: ~Copyable {
  /// Nothing to do before it is woken, or before the deadline it set.
  case waiting
  /// More to do: poll again after the others of its priority. To yield is to say this.
  case ready
  /// There is nothing more to do. The task is dropped; its children, if it has any, are cancelled.
  case finished(Output)
}

extension TaskPoll where Output == Void {
  public static var finished: TaskPoll<Void> { .finished(()) }

  /// What a task that never finishes says.
  public init(_ status: TaskStatus) { self = status == .ready ? .ready : .waiting }
}

/// What a task that does not finish says of itself.
@frozen public enum TaskStatus: Sendable {
  /// Nothing to do before it is woken.
  case waiting
  /// More to do: poll again after the others of its priority.
  case ready
}
