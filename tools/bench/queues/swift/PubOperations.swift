import BenchSupport
import Queues
import Streams

/// The operations of a queue whose every message three consumers see. `make` gives a new queue's ends.
struct PubOperations<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>
where Producing.Message == Consuming.Message {
  typealias Message = Producing.Message
  let make: () -> Pub<Producing, Consuming>

  /// - Parameter waits: whether the producer waits for slow consumers; else they lose what they are too slow for, and
  ///   nothing can be said of two threads.
  func entries(_ name: String, waits: Bool = true) -> [Entry] {
    let bytes = MemoryLayout<Message>.size
    let single = Entry(name: name, operation: "multicast-single", size: bytes, body: multicastSingle)
    guard waits else { return [single] }
    return [Entry(name: name, operation: "multicast", size: bytes, body: multicast), single]
  }

  /// One thread publishes, another reads at three ends in turn, up to 16 messages each.
  private func multicast(_ count: UInt64) -> Measurement {
    let ends = make()
    let (producer, first) = (Moved(ends.producer), Moved(ends.first))
    let (second, third) = (Moved(ends.second), Moved(ends.third))
    let (nanoseconds, total) = Run().measure(beside: [{ pushAll(producer.take(), count) }]) {
      popInTurn(first.take(), second.take(), third.take(), 3 &* count)
    }
    return Measurement(nanoseconds: nanoseconds, isRight: total == 3 &* Message.sum(below: count))
  }

  /// One thread: a message in, and out at each of three ends.
  private func multicastSingle(_ count: UInt64) -> Measurement {
    var ends = make()
    let (nanoseconds, total) = Run().measure { inAndOut(&ends, count) }
    return Measurement(nanoseconds: nanoseconds, isRight: total == 3 &* Message.sum(below: count))
  }
}

private func popInTurn<Consuming: BatchConsumer & ~Copyable>(
  _ first: consuming Consuming, _ second: consuming Consuming, _ third: consuming Consuming, _ count: UInt64
) -> UInt64 {
  var waiting = Waiting()
  var total: UInt64 = 0
  var taken: UInt64 = 0
  while taken < count {
    var popped = first.drain(upTo: batch) { total &+= $0.digest }
    popped &+= second.drain(upTo: batch) { total &+= $0.digest }
    popped &+= third.drain(upTo: batch) { total &+= $0.digest }
    taken &+= UInt64(popped)
    if popped == 0 { waiting.turn() }
  }
  return total
}

private func inAndOut<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>(
  _ ends: inout Pub<Producing, Consuming>, _ count: UInt64
) -> UInt64 {
  var total: UInt64 = 0
  for index in 0..<count {
    guard ends.producer.push(Producing.Message(index)) == nil else { break }
    _ = ends.first.drain(upTo: 1) { total &+= $0.digest }
    _ = ends.second.drain(upTo: 1) { total &+= $0.digest }
    _ = ends.third.drain(upTo: 1) { total &+= $0.digest }
  }
  return total
}
