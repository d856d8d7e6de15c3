public import Buffers

/// One producer, one consumer, a fixed ring where each place carries its own sequence number: the link for messages that
/// must arrive soon rather than many at a time.
///
/// The consumer learns of a message from the cache line that it lies in, so one line moves where a `VecLink` moves two.
/// A message of at most 56 bytes fits. It costs memory: a place is a power of two of bytes, or whole lines.
///
/// Every operation is wait-free, O(1) or O(messages). The consumer's `count` looks at every message it counts.
public struct LatencyLink<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  public typealias Ends = LinkEnds<
    RingProducer<LatencyRing<Message, Word>>, RingConsumer<LatencyRing<Message, Word>>
  >
  private let ring: Placed<LatencyRing<Message, Word>>

  /// Context: boot.
  public init(_ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    try properties.checkWaiting()
    do throws(ArenaError) {
      ring = try Placed(LatencyRing(properties, in: &arena), in: &arena)
    } catch {
      throw QueueError(error)
    }
  }

  /// The two ends. The link itself is gone then, so there cannot be a second producer.
  @inline(__always)
  public consuming func link() -> Ends { Ends(over: ring) }
}
