import Queues
import Streams
import Timing

/// A producer that can publish several messages at once.
protocol BatchProducer: Producer, ~Copyable where Message: Payload {
  mutating func push(upTo count: Int, _ make: (_ index: Int) -> Message) -> Int
}

/// A consumer that can take several messages at once.
protocol BatchConsumer: Consumer, ~Copyable where Message: Payload {
  mutating func drain(upTo limit: Int, _ receive: (consuming Message) -> Void) -> Int
}

// Of what has no batches, one after the other.
extension BatchProducer where Self: ~Copyable {
  @inline(__always)
  mutating func push(upTo count: Int, _ make: (_ index: Int) -> Message) -> Int {
    for index in 0..<count where push(make(index)) != nil { return index }
    return count
  }
}

extension BatchConsumer where Self: ~Copyable {
  @inline(__always)
  mutating func drain(upTo limit: Int, _ receive: (consuming Message) -> Void) -> Int {
    for index in 0..<limit {
      guard case .ready(let message) = poll(at: .zero) else { return index }
      receive(message)
    }
    return limit
  }
}

extension RingProducer: BatchProducer where Message: Payload {}
extension RingConsumer: BatchConsumer where Message: Payload {}
extension VecSubConsumer: BatchConsumer where Message: Payload, Word: ~Copyable {}
extension VecShareConsumer: BatchConsumer where Message: Payload, Word: ~Copyable {}
extension OverwritingProducer: BatchProducer where Message: Payload, Word: ~Copyable {}
extension OverwritingConsumer: BatchConsumer where Message: Payload, Word: ~Copyable {}
extension NodeLinkProducer: BatchProducer where Message: Payload, Word: ~Copyable {}
extension NodeSubProducer: BatchProducer where Message: Payload, Word: ~Copyable {}
extension NodeConsumer: BatchConsumer where Message: Payload, Word: ~Copyable {}
extension TurbineProducer: BatchProducer where Message: Payload, Word: ~Copyable {}
extension TurbineSubProducer: BatchProducer where Message: Payload, Word: ~Copyable {}

extension TurbineConsumer: BatchConsumer where Message: Payload, Word: ~Copyable {
  @inline(__always)
  mutating func drain(upTo limit: Int, _ receive: (consuming Message) -> Void) -> Int {
    read(upTo: limit) { message, _ in receive(copy message) }
  }
}

/// The two ends of a queue with one producer and one consumer.
struct Link<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>: ~Copyable
where Producing.Message == Consuming.Message {
  var producer: Producing
  var consumer: Consuming
}

/// The ends of a queue with two producers.
struct Sub<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>: ~Copyable
where Producing.Message == Consuming.Message {
  var first: Producing
  var second: Producing
  var consumer: Consuming
}

/// The ends of a queue whose every message three consumers see.
struct Pub<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>: ~Copyable
where Producing.Message == Consuming.Message {
  var producer: Producing
  var first: Consuming
  var second: Consuming
  var third: Consuming
}
