/// A finite sequence that is already there: empty, or a head and a tail that is a list again.
///
/// The inductive half of the list/stream duality. Taking the head leaves the tail in `self`, so that a message that
/// cannot be copied is in one place only.
public protocol List<Message>: ~Copyable {
  associatedtype Message: ~Copyable

  /// How many messages are left.
  var count: Int { get }

  /// Takes the head, leaving the tail; nothing when the list is empty.
  mutating func head() -> Message?
}

extension List where Self: ~Copyable {
  public var isEmpty: Bool { count == 0 }

  /// What remains behind the heads taken so far: before the first the whole list, behind the last the empty one.
  public consuming func tail() -> Self { self }
}
