/// A potentially endless sequence that yields its head when polled; what is left in `self` is the tail.
///
/// The coinductive half of the list/stream duality: a `Stream` is polled for its next message, a `List` is
/// already there. A stream never blocks: `pending` says that the head is not known yet.
public protocol Stream: ~Copyable {
  associatedtype Message: ~Copyable

  /// Takes the head, leaving the tail; `pending` when there is none now.
  mutating func poll() -> Poll<Message>
}
