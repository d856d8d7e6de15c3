/// A finite sequence that is already there: empty, or a head and a tail that is a list again.
///
/// The inductive half of the list/stream duality. Taking the head leaves the tail in `self`.
public protocol List<Message>: ~Copyable {
  associatedtype Message: ~Copyable

  /// How many messages are left.
  var count: Int { get }

  /// Takes the head, leaving the tail; nothing when the list is empty.
  mutating func head() -> Message?
}

extension List where Self: ~Copyable {
  public var isEmpty: Bool { count == 0 }

  /// What remains after the head taken last.
  public consuming func tail() -> Self { self }
}
