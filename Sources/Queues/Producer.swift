/// The end of a queue that messages go into. A handle: whoever owns it is the producer.
public protocol Producer<Message>: ~Copyable {
  associatedtype Message: ~Copyable

  /// Messages the queue holds at most.
  var capacity: Int { get }
  /// Messages this producer has dropped, as its overflow policy asks.
  var droppedCount: UInt64 { get }

  /// Whether anybody is left to read what is pushed.
  var hasConsumers: Bool { get }

  /// Adds a message; gives it back when there is no room and the policy is to refuse, or when no consumer is left.
  mutating func push(_ message: consuming Message) -> Message?
}
