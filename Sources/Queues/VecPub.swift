public import Buffers

/// One producer, up to 64 consumers, a fixed ring: each consumer sees every message.
///
/// A message lies in one place for all; it is copied, or looked at where it lies. The producer waits for the slowest
/// consumer, and for nobody who is gone. It looks at where they are only when the room it knows of is used up. A push is
/// wait-free, O(1) but for that look, which is O(consumers); a poll is wait-free and O(1).
///
/// While no consumer is there messages go nowhere, until the room that the producer knew of is used up; then it gets
/// them back.
public struct VecPub<Message, Word: SharedWord & ~Copyable>: ~Copyable {
  public typealias Producer = RingProducer<PubRing<Message, Word>>
  public typealias Consumer = RingConsumer<PubReader<Message, Word>>
  private var producer: Producer

  /// A queue of at most `consumers` consumers at a time, 1 to 64. Context: boot.
  public init(consumers: Int, _ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    try properties.checkWaiting()
    let ring = try PubRing<Message, Word>(consumers: consumers, properties, in: &arena)
    do throws(ArenaError) {
      producer = RingProducer(try Placed(ring, in: &arena))
    } catch {
      throw QueueError(error)
    }
  }

  /// The next consumer; it sees every message. `endsOutOfRange` when as many as the queue was made for are there.
  ///
  /// - Parameter waiting: how this consumer is woken, if not as the queue's properties say.
  public mutating func sub(waiting: WaitStrategy? = nil) throws(QueueError) -> Consumer {
    try producer.sub(waiting: waiting)
  }

  /// The producer. The queue itself is gone then, so there cannot be a second one.
  public consuming func pub() -> Producer { producer }
}

extension RingProducer {
  /// One more consumer, who sees the messages pushed from now on; `endsOutOfRange` when as many as the queue was made for
  /// are there. One that was dropped makes place for another.
  public mutating func sub<Element, Word: SharedWord & ~Copyable>(
    waiting: WaitStrategy? = nil
  ) throws(QueueError) -> RingConsumer<PubReader<Element, Word>> where Ring == PubRing<Element, Word> {
    let reader = try ring.join(at: position, waiting)
    if let waiting, waiting.hasHook { watch() }
    return RingConsumer(reader, at: position)
  }
}
