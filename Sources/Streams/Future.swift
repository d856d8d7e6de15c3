public import Timing

/// A message that may not be there yet: polled, never waited for.
///
/// Polling takes the message out and leaves the tail: nothing behind a plain future, which has ended then; more of the
/// same behind a `Stream`, which is a future that goes on.
public protocol Future<Message, Failure>: ~Copyable {
  associatedtype Message: ~Copyable
  associatedtype Failure: Error = Never

  /// Takes the message, leaving the tail in `self`.
  ///
  /// - Parameter now: the present time, never earlier than in the poll before. What does not depend on time ignores it.
  mutating func poll(at now: Instant) -> Poll<Message, Failure>

  /// When polling makes sense again although nobody woke the asker: never later than the first thing that is due,
  /// `never` when only a wake-up helps, and one that has passed when at once, behind whatever else is ready. Asked after
  /// a pending answer.
  var nextDeadline: Instant { get }
}

extension Future where Self: ~Copyable {
  public var nextDeadline: Instant { .never }

  /// What remains behind the messages taken so far: before the first poll the whole, behind the end nothing but the end.
  public consuming func tail() -> Self { self }
}
