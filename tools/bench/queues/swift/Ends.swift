import Queues
import Streams

/// A producer that can publish several messages at once.
protocol BatchProducer: Producer, ~Copyable where Message: Payload {
  mutating func push(upTo count: Int, _ make: (_ index: Int) -> Message) -> Int
}

/// A consumer that can take several messages at once.
protocol BatchConsumer: Consumer, ~Copyable where Message: Payload {
  mutating func drain(upTo limit: Int, _ receive: (consuming Message) -> Void) -> Int
}

extension VecLinkProducer: BatchProducer where Message: Payload, Word: ~Copyable {}
extension VecLinkConsumer: BatchConsumer where Message: Payload, Word: ~Copyable {}

/// The two ends of a queue with one producer and one consumer.
struct Ends<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>: ~Copyable
where Producing.Message == Consuming.Message {
  var producer: Producing
  var consumer: Consuming

  init(_ producer: consuming Producing, _ consumer: consuming Consuming) {
    self.producer = producer
    self.consumer = consumer
  }
}
