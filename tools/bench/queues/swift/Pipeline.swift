import BenchSupport
import Queues
import Streams
import Timing

/// A stream over a ring: each number is changed, every other one dropped, and the rest summed up as they come.
enum Pipeline {
  static var entry: Entry {
    Entry(name: "map, filter, scan over VecLink", operation: "pipeline", size: 8, body: measure)
  }

  /// Elements that are in the ring at once.
  private static let portion: UInt64 = 512

  private static func measure(_ count: UInt64) -> Measurement {
    let ends = Made<UInt64>.vecLink()
    let (producer, consumer) = (Moved(ends.producer), Moved(ends.consumer))
    let (nanoseconds, total) = Run().measure { sum(producer.take(), consumer.take(), count) }
    // Of 0, 1, 2... the even ones are left, doubled: 4 * (0 + 1 + ...).
    return Measurement(nanoseconds: nanoseconds, isRight: total == 4 &* UInt64.sum(below: (count + 1) / 2))
  }

  /// Fills the ring and takes all of it, again and again; the last sum.
  private static func sum(
    _ producer: consuming VecLinkProducer<UInt64, HardwareWord>,
    _ consumer: consuming VecLinkConsumer<UInt64, HardwareWord>, _ count: UInt64
  ) -> UInt64 {
    var stream = consumer.map { $0 &* 2 }.filter { $0 & 2 == 0 }.scan(UInt64(0)) {
      (total, element) -> UInt64 in
      total &+= element
      return total
    }
    var last: UInt64 = 0
    var next: UInt64 = 0
    while next < count {
      let first = next
      let asked = Int(min(portion, count &- first))
      next &+= UInt64(producer.push(upTo: asked) { first &+ UInt64(truncatingIfNeeded: $0) })
      while case .ready(let total) = stream.poll(at: .zero) { last = total }
    }
    return last
  }
}
