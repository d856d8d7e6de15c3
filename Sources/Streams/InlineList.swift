/// A list of at most `capacity` messages, inside itself: what a stream's messages are collected into without a heap.
///
/// Full, it gives the message back. `append` and `head` are O(1). A list of messages that can be copied can be copied.
public struct InlineList<let capacity: Int, Message: ~Copyable>: List, ~Copyable {
  private var places: InlineArray<capacity, Message?>
  private var first = 0
  public private(set) var count = 0

  public init() {
    places = InlineArray { _ in nil }
  }

  /// Adds a message behind the last; gives it back when the list is full.
  public mutating func append(_ message: consuming Message) -> Message? {
    guard count < capacity else { return message }
    var place = first &+ count
    if place >= capacity { place &-= capacity }
    places[place] = consume message
    count &+= 1
    return nil
  }

  public mutating func head() -> Message? {
    guard count > 0 else { return nil }
    let message = places[first].take()
    first = first &+ 1 == capacity ? 0 : first &+ 1
    count &-= 1
    return message
  }
}

extension InlineList: Copyable where Message: Copyable {}
extension InlineList: Sendable where Message: Sendable & ~Copyable {}
