import Queues
import Streams
import Timing

/// A stream over a ring: each number is changed, every other one dropped, and the rest summed up as they come.
enum Pipeline {
  static var entry: Entry {
    Entry(queue: "map, filter, scan over VecLink", operation: "pipeline", bytes: 8, body: measure)
  }

  /// Elements that are in the ring at once.
  private static let portion: UInt64 = 512

  private static func measure(_ count: UInt64) -> Measurement {
    let ends = Made<UInt64>.vecLink()
    var producer = ends.producer
    var stream = ends.consumer.map { $0 &* 2 }.filter { $0 & 2 == 0 }.scan(UInt64(0)) { (total, element) -> UInt64 in
      total &+= element
      return total
    }
    let (seconds, total) = Run().measure { run(&producer, &stream, count) }
    // Of 0, 1, 2... the even ones are left, doubled: 4 * (0 + 1 + ...).
    return Measurement(seconds: seconds, isRight: total == 4 &* UInt64.sum(below: (count + 1) / 2))
  }

  /// Fills the ring and takes all of it, again and again; the last sum.
  private static func run<Producing: BatchProducer & ~Copyable, Elements: Stream & ~Copyable>(
    _ producer: inout Producing, _ stream: inout Elements, _ count: UInt64
  ) -> UInt64 where Producing.Message == UInt64, Elements.Message == UInt64 {
    var last: UInt64 = 0
    var next: UInt64 = 0
    while next < count {
      let asked = Int(min(portion, count &- next))
      next &+= UInt64(producer.push(upTo: asked) { next &+ UInt64($0) })
      while case .ready(let total) = stream.poll(at: .zero) { last = total }
    }
    return last
  }
}
