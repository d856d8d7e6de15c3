import BenchSupport
import Queues
import Streams

/// The operations of a queue with two producers. `make` gives a new queue's ends.
struct SubOperations<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>
where Producing.Message == Consuming.Message {
  typealias Message = Producing.Message
  let make: () -> Sub<Producing, Consuming>

  func entries(_ name: String) -> [Entry] {
    let bytes = MemoryLayout<Message>.size
    return [
      Entry(name: name, operation: "producers", size: bytes, body: producers),
      Entry(name: name, operation: "producers-single", size: bytes, body: producersSingle),
    ]
  }

  /// Two threads push half of the messages each; the consumer, on a third, takes up to 16 at a time.
  private func producers(_ count: UInt64) -> Measurement {
    let half = count / 2
    let ends = make()
    let (first, second, consumer) = (Moved(ends.first), Moved(ends.second), Moved(ends.consumer))
    let (nanoseconds, total) = Run().measure(
      beside: [
        { pushAll(first.take(), half, waiting: .amongMany) },
        { pushAll(second.take(), half, waiting: .amongMany) },
      ]
    ) { popBatches(consumer.take(), 2 &* half, waiting: .amongMany) }
    return Measurement(nanoseconds: nanoseconds, isRight: total == 2 &* Message.sum(below: half))
  }

  /// The same on one thread: a message from each producer, and both out.
  private func producersSingle(_ count: UInt64) -> Measurement {
    let half = count / 2
    var ends = make()
    let (nanoseconds, total) = Run().measure { inAndOut(&ends.first, &ends.second, &ends.consumer, half) }
    return Measurement(nanoseconds: nanoseconds, isRight: total == 2 &* Message.sum(below: half))
  }
}

private func inAndOut<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>(
  _ first: inout Producing, _ second: inout Producing, _ consumer: inout Consuming, _ count: UInt64
) -> UInt64 where Producing.Message == Consuming.Message {
  var total: UInt64 = 0
  for index in 0..<count {
    guard first.push(Producing.Message(index)) == nil, second.push(Producing.Message(index)) == nil else {
      break
    }
    var left = 2
    while left > 0 { left &-= consumer.drain(upTo: left) { total &+= $0.digest } }
  }
  return total
}
