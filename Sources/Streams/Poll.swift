/// What asking for a message gave: the message, a failure, the end, or "not yet".
///
/// A pending answer is a promise that the asker is woken, or that a deadline comes, when asking again makes sense.
@frozen public enum Poll<Message: ~Copyable, Failure: Error>: ~Copyable {
  /// The head; what was asked is now its tail.
  case ready(Message)
  /// Why there is no message. Whoever failed says in its documentation whether asking again makes sense.
  case failed(Failure)
  /// There will never be another message. Asking again gives the same answer.
  case ended
  /// Not known yet.
  case pending
}

extension Poll: Copyable where Message: Copyable {}
extension Poll: Sendable where Message: Sendable & ~Copyable {}
