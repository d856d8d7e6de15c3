public import Timing

/// A potentially endless sequence that yields its head when polled; what is left in `self` is the tail.
///
/// The coinductive half of the list/stream duality: a `List` is already there, a stream may say `pending`. Streams are
/// pulled: nothing moves until the last reader polls, so whoever stops polling stops the source, and pressure goes
/// upstream by itself. What an operator takes from upstream before it can hand it on is bounded by its `demand`.
///
/// Operators are generic structs around their source. Made and polled in one function they become one loop, with the
/// functions they were given inside it; kept in a field, each of these functions is a call through a pointer.
public protocol Stream<Message, Failure>: Future, ~Copyable {
  /// The most messages that this stream, with all it is made of, may have taken from its sources and not yet handed
  /// on, dropped or merged into another: 0 for a stream that takes only what it hands on in the same poll.
  var demand: Int { get }
}

extension Stream where Self: ~Copyable {
  public var demand: Int { 0 }

  /// Takes the head: the same as `poll`, in the vocabulary of lists.
  public mutating func head(at now: Instant) -> Poll<Message, Failure> { poll(at: now) }
}
