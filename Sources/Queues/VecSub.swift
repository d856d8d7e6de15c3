public import Buffers

/// Many producers, one consumer: a fixed ring for each producer, which the consumer drains in turn.
///
/// Producers share nothing with each other, so a push costs what it costs on a `VecLink`, and is wait-free. Each
/// producer's messages keep their order; those of different producers have none. The capacity, the watermarks and the
/// overflow policy are each producer's own.
public struct VecSub<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  public typealias Producer = RingProducer<VecRing<Message, Word>>
  /// Producers a queue can have at most.
  public static var largestProducerCount: Int { 64 }

  private var consumer: VecSubConsumer<Message, Word>
  private var producerCount = 0

  /// A queue of `producers` producers, 1 to 64. Context: boot.
  public init(producers: Int, _ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    try properties.checkWaiting()
    guard 1...Self.largestProducerCount ~= producers else { throw .endsOutOfRange(producers) }
    do throws(ArenaError) {
      consumer = try VecSubConsumer(producers, properties, in: &arena)
    } catch {
      throw QueueError(error)
    }
  }

  /// The next producer; `endsOutOfRange` when all that the queue was made for are there.
  public mutating func pub() throws(QueueError) -> Producer {
    guard producerCount < consumer.producerCount else { throw .endsOutOfRange(producerCount + 1) }
    producerCount += 1
    return RingProducer(consumer.ring(producerCount - 1))
  }

  /// The consumer. The queue itself is gone then, so there cannot be a second one, nor another producer.
  public consuming func sub() -> VecSubConsumer<Message, Word> {
    // Those that were never taken are gone, so that the consumer learns of the end.
    for index in producerCount..<consumer.producerCount {
      _ = RingProducer(consumer.ring(index))
    }
    return consumer
  }
}
