/// What a consuming end of a ring does to the memory that it shares with the producer: the part in which the rings of
/// this module differ. No ring is made outside of the module, so nobody else calls these.
public protocol RingReading<Message>: Sendable {
  associatedtype Message: ~Copyable

  var properties: QueueProperties { get }
  /// Whether the producer is gone. What it pushed before is seen by whoever looks after that.
  var isProducerless: Bool { get }

  /// The end of what is published behind `position`; a ring that must search for it may stop at `wanted` messages.
  func published(behind position: UInt64, wanted: UInt64) -> UInt64
  /// Moves or copies a published message out.
  func take(at sequence: UInt64) -> Message
  /// Moves or copies `count` published messages out.
  func take(_ count: Int, at first: UInt64, _ receive: (consuming Message) -> Void)
  /// Shows a published message where it lies.
  func inspect<Result>(at sequence: UInt64, _ body: (borrowing Message) -> Result) -> Result
  /// Gives the places before `position` back to the producer.
  func release(upTo position: UInt64)

  /// Asks to be woken unless `hasWork` finds some after that; true when it did.
  func arm(_ hasWork: () -> Bool) -> Bool
  /// Notes that this consumer is gone. The last end drops what is left.
  func departReader()
}
