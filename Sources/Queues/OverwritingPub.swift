public import Buffers

/// One producer that never waits, up to 64 consumers that each see every message unless they are too slow: a fixed ring
/// that holds the last `capacity` messages.
///
/// A consumer that was overtaken goes on with the oldest message still there, and learns from `takeLostCount` how many it
/// lost. Messages are copied word by word, so what is read is whole. Pushing is wait-free, O(1); polling is lock-free: it
/// begins again only when the producer has overwritten what it was about to take.
public struct OverwritingPub<Message: BitwiseCopyable, Word: SharedWord & ~Copyable>: ~Copyable {
  private var producer: OverwritingProducer<Message, Word>

  /// A queue of at most `consumers` consumers at a time, 1 to 64. The overflow policy must be `dropOldest`, and there
  /// are no watermarks. Context: boot.
  public init(consumers: Int, _ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    producer = OverwritingProducer(try OverwritingRing(consumers: consumers, properties, in: &arena))
  }

  /// The next consumer; `endsOutOfRange` when as many as the queue was made for are there.
  ///
  /// - Parameter waiting: how this consumer is woken, if not as the queue's properties say.
  public mutating func sub(
    waiting: WaitStrategy? = nil
  ) throws(QueueError) -> OverwritingConsumer<Message, Word> {
    try producer.sub(waiting: waiting)
  }

  /// The producer. The queue itself is gone then, so there cannot be a second one.
  public consuming func pub() -> OverwritingProducer<Message, Word> { producer }
}

/// An `OverwritingPub` with one consumer: a link whose producer never waits.
public struct OverwritingLink<Message: BitwiseCopyable, Word: SharedWord & ~Copyable>: ~Copyable {
  public typealias Ends = LinkEnds<OverwritingProducer<Message, Word>, OverwritingConsumer<Message, Word>>
  private let producer: OverwritingProducer<Message, Word>
  private let consumer: OverwritingConsumer<Message, Word>

  /// The overflow policy must be `dropOldest`, and there are no watermarks. Context: boot.
  public init(_ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    var producer = OverwritingProducer<Message, Word>(
      try OverwritingRing(consumers: 1, properties, in: &arena))
    consumer = try producer.sub()
    self.producer = producer
  }

  /// The two ends. The link itself is gone then, so there cannot be a second producer.
  public consuming func link() -> Ends { Ends(producer, consumer) }
}
