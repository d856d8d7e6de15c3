/// The end of a queue that messages go into. A handle: whoever owns it is the producer.
public protocol Producer<Message>: ~Copyable {
  associatedtype Message: ~Copyable

  /// Messages the queue holds at most.
  var capacity: Int { get }
  /// Messages this producer has dropped, as its overflow policy asks.
  var droppedCount: UInt64 { get }

  /// Whether anybody is left to read what is pushed.
  var hasConsumers: Bool { get }

  /// Adds a message; gives it back when there is no room and the policy is to refuse. When no consumer is left
  /// it comes back, whatever the policy, at the latest when the room that was known then is used up; until then messages are
  /// kept, and dropped with the last end.
  mutating func push(_ message: consuming Message) -> Message?
}
