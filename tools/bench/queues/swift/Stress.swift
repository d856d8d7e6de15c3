import BenchSupport
import Queues
import Streams

/// What came out at one end: every message must be whole, and each producer's must be the numbers from 0 on.
///
/// A producer's number, 0 or 1, is the highest bit of its messages.
struct Inspection {
  private var seen: (UInt64, UInt64) = (0, 0)
  private var wrongCount: UInt64 = 0

  @inline(__always)
  mutating func see(_ message: some Payload) {
    guard let value = message.value else {
      wrongCount &+= 1
      return
    }
    let number = value & ~Self.secondProducer
    if value & Self.secondProducer == 0 {
      if number != seen.0 { wrongCount &+= 1 }
      seen.0 &+= 1
    } else {
      if number != seen.1 { wrongCount &+= 1 }
      seen.1 &+= 1
    }
  }

  static var secondProducer: UInt64 { 1 << 63 }

  func isRight(_ first: UInt64, _ second: UInt64 = 0) -> Bool { wrongCount == 0 && seen == (first, second) }
}

extension LinkOperations where Producing: ~Copyable, Consuming: ~Copyable {
  /// One way, with single messages and batches mixed.
  func stress(_ name: String) -> Entry {
    Entry(name: name, operation: "oneway", size: MemoryLayout<Message>.size) { count in
      let ends = make()
      let (producer, consumer) = (Moved(ends.producer), Moved(ends.consumer))
      let (nanoseconds, inspection) = Run().measure(beside: [{ pushMixed(producer.take(), count, marked: 0) }]
      ) {
        inspect(consumer.take(), count)
      }
      return Measurement(nanoseconds: nanoseconds, isRight: inspection.isRight(count))
    }
  }
}

extension SubOperations where Producing: ~Copyable, Consuming: ~Copyable {
  /// Two producers, with single messages and batches mixed.
  func stress(_ name: String) -> Entry {
    Entry(name: name, operation: "producers", size: MemoryLayout<Message>.size) { count in
      let half = count / 2
      let ends = make()
      let (first, second, consumer) = (Moved(ends.first), Moved(ends.second), Moved(ends.consumer))
      let (nanoseconds, inspection) = Run().measure(
        beside: [
          { pushMixed(first.take(), half, marked: 0) },
          { pushMixed(second.take(), half, marked: Inspection.secondProducer) },
        ]
      ) { inspect(consumer.take(), 2 &* half) }
      return Measurement(nanoseconds: nanoseconds, isRight: inspection.isRight(half, half))
    }
  }
}

extension PubOperations where Producing: ~Copyable, Consuming: ~Copyable {
  /// Three ends, each read on a thread of its own, with single messages and batches mixed.
  func stress(_ name: String) -> Entry {
    Entry(name: name, operation: "multicast", size: MemoryLayout<Message>.size) { count in
      let ends = make()
      let (producer, first) = (Moved(ends.producer), Moved(ends.first))
      let (second, third) = (Moved(ends.second), Moved(ends.third))
      let others = Inspections()
      let (nanoseconds, inspection) = Run().measure(
        beside: [
          { pushMixed(producer.take(), count, marked: 0) },
          { others.second = inspect(second.take(), count) },
          { others.third = inspect(third.take(), count) },
        ]
      ) { inspect(first.take(), count) }
      let isRight = [inspection, others.second, others.third].allSatisfy { $0.isRight(count) }
      return Measurement(nanoseconds: nanoseconds, isRight: isRight)
    }
  }
}

/// What other threads found, to be read when they are through.
private final class Inspections {
  var second = Inspection()
  var third = Inspection()
}

/// Batches of 1 to 16 messages; single ones by `push`.
private func pushMixed<Producing: BatchProducer & ~Copyable>(
  _ moved: consuming Producing, _ count: UInt64, marked mark: UInt64
) {
  var producer = moved
  var waiting = Waiting()
  var next: UInt64 = 0
  while next < count {
    let asked = Int(min(next & 15 &+ 1, count &- next))
    let pushed =
      asked == 1
      ? (producer.push(Producing.Message(next | mark)) == nil ? 1 : 0)
      : producer.push(upTo: asked) { Producing.Message((next &+ UInt64(truncatingIfNeeded: $0)) | mark) }
    next &+= UInt64(pushed)
    if pushed == 0 { waiting.turn() }
  }
}

private func inspect<Consuming: BatchConsumer & ~Copyable>(_ moved: consuming Consuming, _ count: UInt64)
  -> Inspection
{
  var consumer = moved
  var waiting = Waiting()
  var inspection = Inspection()
  var taken: UInt64 = 0
  while taken < count {
    let popped = consumer.drain(upTo: Int(taken & 15) &+ 1) { inspection.see($0) }
    taken &+= UInt64(popped)
    if popped == 0 { waiting.turn() }
  }
  return inspection
}
