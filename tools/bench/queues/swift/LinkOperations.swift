import BenchSupport
import Queues
import Streams
import Timing

/// Messages of a batch.
let batch = 16
/// Messages that every queue holds.
let capacity = 1024

/// The operations of a queue with one producer and one consumer. `make` gives a new queue's ends.
struct LinkOperations<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>
where Producing.Message == Consuming.Message {
  typealias Message = Producing.Message
  let make: () -> Link<Producing, Consuming>

  func entries(_ name: String, hasBatches: Bool = true) -> [Entry] {
    let bytes = MemoryLayout<Message>.size
    let plain = [
      Entry(name: name, operation: "single", size: bytes, body: single),
      Entry(name: name, operation: "oneway", size: bytes, body: oneWay),
      Entry(name: name, operation: "pingpong", size: bytes, body: pingPong),
    ]
    guard hasBatches else { return plain }
    return plain + [
      Entry(name: name, operation: "single-batch", size: bytes, body: singleBatch),
      Entry(name: name, operation: "batch", size: bytes, body: oneWayBatch),
    ]
  }

  /// One thread: a message in, the message out.
  private func single(_ count: UInt64) -> Measurement {
    var ends = make()
    let (nanoseconds, total) = Run().measure { inAndOut(&ends.producer, &ends.consumer, count) }
    return Measurement(nanoseconds: nanoseconds, isRight: total == Message.sum(below: count))
  }

  /// One thread: 16 messages in, 16 out.
  private func singleBatch(_ count: UInt64) -> Measurement {
    var ends = make()
    let (nanoseconds, total) = Run().measure { batchInAndOut(&ends.producer, &ends.consumer, count) }
    return Measurement(nanoseconds: nanoseconds, isRight: total == Message.sum(below: count))
  }

  /// Two threads, one way.
  private func oneWay(_ count: UInt64) -> Measurement {
    let ends = make()
    let (producer, consumer) = parted(ends)
    let (nanoseconds, total) = Run().measure(beside: [{ pushAll(producer.take(), count) }]) {
      popAll(consumer.take(), count)
    }
    return Measurement(nanoseconds: nanoseconds, isRight: total == Message.sum(below: count))
  }

  /// Two threads, one way, 16 messages at a time.
  private func oneWayBatch(_ count: UInt64) -> Measurement {
    let ends = make()
    let (producer, consumer) = parted(ends)
    let (nanoseconds, total) = Run().measure(beside: [{ pushBatches(producer.take(), count) }]) {
      popBatches(consumer.take(), count)
    }
    return Measurement(nanoseconds: nanoseconds, isRight: total == Message.sum(below: count))
  }

  /// Two threads, a message there and back before the next.
  private func pingPong(_ count: UInt64) -> Measurement {
    let (thereProducer, thereConsumer) = parted(make())
    let (backProducer, backConsumer) = parted(make())
    let (nanoseconds, total) = Run().measure(beside: [
      { answer(thereConsumer.take(), backProducer.take(), count) }
    ]) {
      ask(thereProducer.take(), backConsumer.take(), count)
    }
    return Measurement(nanoseconds: nanoseconds, isRight: total == Message.sum(below: count))
  }

  private func parted(_ ends: consuming Link<Producing, Consuming>) -> (Moved<Producing>, Moved<Consuming>) {
    (Moved(ends.producer), Moved(ends.consumer))
  }
}

private func inAndOut<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>(
  _ producer: inout Producing, _ consumer: inout Consuming, _ count: UInt64
) -> UInt64 where Producing.Message == Consuming.Message {
  var total: UInt64 = 0
  for index in 0..<count {
    guard producer.push(Producing.Message(index)) == nil else { break }
    guard case .ready(let message) = consumer.poll(at: .zero) else { break }
    total &+= message.digest
  }
  return total
}

private func batchInAndOut<Producing: BatchProducer & ~Copyable, Consuming: BatchConsumer & ~Copyable>(
  _ producer: inout Producing, _ consumer: inout Consuming, _ count: UInt64
) -> UInt64 where Producing.Message == Consuming.Message {
  var total: UInt64 = 0
  var next: UInt64 = 0
  while next < count {
    let asked = Int(min(UInt64(batch), count &- next))
    let pushed = producer.push(upTo: asked) { Producing.Message(next &+ UInt64(truncatingIfNeeded: $0)) }
    let popped = consumer.drain(upTo: asked) { total &+= $0.digest }
    guard pushed == asked, popped == asked else { break }
    next &+= UInt64(asked)
  }
  return total
}

func pushAll<Producing: Producer & ~Copyable>(
  _ moved: consuming Producing, _ count: UInt64, waiting: Waiting = Waiting()
) where Producing.Message: Payload {
  var producer = moved
  var waiting = waiting
  for index in 0..<count {
    while producer.push(Producing.Message(index)) != nil { waiting.turn() }
  }
}

private func popAll<Consuming: Consumer & ~Copyable>(_ moved: consuming Consuming, _ count: UInt64) -> UInt64
where Consuming.Message: Payload {
  var consumer = moved
  var waiting = Waiting()
  var total: UInt64 = 0
  var taken: UInt64 = 0
  while taken < count {
    guard case .ready(let message) = consumer.poll(at: .zero) else {
      waiting.turn()
      continue
    }
    total &+= message.digest
    taken &+= 1
  }
  return total
}

private func pushBatches<Producing: BatchProducer & ~Copyable>(_ moved: consuming Producing, _ count: UInt64)
{
  var producer = moved
  var waiting = Waiting()
  var next: UInt64 = 0
  while next < count {
    let asked = Int(min(UInt64(batch), count &- next))
    let pushed = producer.push(upTo: asked) { Producing.Message(next &+ UInt64(truncatingIfNeeded: $0)) }
    next &+= UInt64(pushed)
    if pushed == 0 { waiting.turn() }
  }
}

func popBatches<Consuming: BatchConsumer & ~Copyable>(
  _ moved: consuming Consuming, _ count: UInt64, waiting: Waiting = Waiting()
) -> UInt64 {
  var consumer = moved
  var waiting = waiting
  var total: UInt64 = 0
  var taken: UInt64 = 0
  while taken < count {
    let popped = consumer.drain(upTo: batch) { total &+= $0.digest }
    taken &+= UInt64(popped)
    if popped == 0 { waiting.turn() }
  }
  return total
}

private func ask<Producing: Producer & ~Copyable, Consuming: Consumer & ~Copyable>(
  _ there: consuming Producing, _ back: consuming Consuming, _ count: UInt64
) -> UInt64 where Producing.Message == Consuming.Message, Producing.Message: Payload {
  var producer = there
  var consumer = back
  var waiting = Waiting()
  var total: UInt64 = 0
  for index in 0..<count {
    while producer.push(Producing.Message(index)) != nil { waiting.turnAtOnce() }
    total &+= next(&consumer, &waiting).digest
  }
  return total
}

private func answer<Producing: Producer & ~Copyable, Consuming: Consumer & ~Copyable>(
  _ there: consuming Consuming, _ back: consuming Producing, _ count: UInt64
) where Producing.Message == Consuming.Message, Producing.Message: Payload {
  var consumer = there
  var producer = back
  var waiting = Waiting()
  for _ in 0..<count {
    let message = next(&consumer, &waiting)
    while producer.push(message) != nil { waiting.turnAtOnce() }
  }
}

/// The next message, however long it takes.
@inline(__always)
private func next<Consuming: Consumer & ~Copyable>(_ consumer: inout Consuming, _ waiting: inout Waiting)
  -> Consuming.Message where Consuming.Message: Payload
{
  while true {
    if case .ready(let message) = consumer.poll(at: .zero) { return message }
    waiting.turnAtOnce()
  }
}
