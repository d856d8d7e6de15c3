import Buffers
import InterleavingSupport
import Queues
import Streams
import TestSupport
import XCTest

/// A link over whichever ring, and the ends that its two threads take.
final class Link<Ring: RingWriting<Tracked> & RingReading<Tracked>> {
  private let memory = TestArena(byteCount: 4096)
  private var producer: RingProducer<Ring>?
  private var consumer: RingConsumer<Ring>?
  var accepted: [UInt64] = []
  var taken: [UInt64] = []

  init(_ make: (inout Arena) throws -> LinkEnds<RingProducer<Ring>, RingConsumer<Ring>>) throws {
    let ends = try make(&memory.arena)
    producer = consume ends.producer
    consumer = consume ends.consumer
  }

  /// - Parameter stays: whether the producer is kept, so that nobody is woken by its leaving.
  func push(stays: Bool = false, _ body: (inout RingProducer<Ring>) -> Void) {
    var producer = self.producer.take()!
    body(&producer)
    if stays { self.producer = consume producer }
  }

  func dropProducer() { producer = nil }

  func take(_ body: (inout RingConsumer<Ring>) -> Void) {
    var consumer = self.consumer.take()!
    body(&consumer)
  }
}

extension RingConsumer: SleepingConsumer {}

/// What a link must stand, whatever its ring.
struct LinkSuite<Ring: RingWriting<Tracked> & RingReading<Tracked>> {
  typealias Ends = LinkEnds<RingProducer<Ring>, RingConsumer<Ring>>
  typealias Queue = Link<Ring>

  let name: String
  let words: [String]
  let make: (QueueProperties, inout Arena) throws -> Ends

  private func explore(
    _ what: String, _ properties: QueueProperties, producer: @escaping (Queue) -> Void,
    consumer: @escaping (Queue) -> Void, check: (Queue) -> Void, line: UInt = #line
  ) throws {
    try exploreQueue(
      "\(name) of \(properties.capacity) from \(properties.firstSequence), \(what)",
      words: words, setUp: { try Queue { try make(properties, &$0) } },
      threads: [producer, consumer], check: check, line: line)
  }

  /// Capacities, each at the beginning and across the wrap of its sequence numbers.
  private var shapes: [QueueProperties] {
    [1, 2, 3].flatMap { capacity in
      [0, UInt64.max, UInt64.max - 1].map { QueueProperties(capacity: capacity, firstSequence: $0) }
    }
  }

  func everythingArrivesInOrder() throws {
    for properties in shapes {
      let last = UInt64(properties.capacity) + (isLong || properties.capacity < 3 ? 2 : 1)
      try explore(
        "all of \(last)", properties, producer: { $0.push { $0.pushAll(1...last) } },
        consumer: { link in link.take { link.taken = $0.pollAll() } },
        check: { ModelThread.expect($0.taken == Array(1...last), "taken: \($0.taken)") })
    }
  }

  func whatFindsNoRoomComesBack() throws {
    for properties in shapes {
      try explore(
        "refusing", properties, producer: { link in link.push { link.accepted = $0.pushSome(1...4) } },
        consumer: { link in link.take { link.taken = $0.pollAll() } },
        check: { link in
          ModelThread.expect(link.taken == link.accepted, "taken: \(link.taken) of \(link.accepted)")
          ModelThread.expect(
            link.taken.starts(with: 1...UInt64(properties.capacity)), "refused although empty")
        })
    }
  }

  func batchesArriveWhole() throws {
    for properties in shapes where properties.capacity > 1 {
      try explore(
        "batches", properties,
        producer: { link in
          link.push { producer in
            var next: UInt64 = 1
            for _ in 0..<3 {
              let first = next
              next += UInt64(producer.push(upTo: 2) { Tracked(first + UInt64($0)) })
            }
            link.accepted = Array(1..<next)
          }
        },
        consumer: { link in
          link.take { consumer in
            for _ in 0..<3 { _ = consumer.drain(upTo: 3) { link.taken.append($0.value) } }
            link.taken += consumer.pollAll()
          }
        }, check: { ModelThread.expect($0.taken == $0.accepted, "taken: \($0.taken) of \($0.accepted)") })
    }
  }

  func aBatchIsSeenWholeOrNotAtAll() throws {
    try explore(
      "one batch", QueueProperties(capacity: 4, firstSequence: UInt64.max - 1),
      producer: { $0.push { _ = $0.push(upTo: 3) { Tracked(UInt64($0) + 1) } } },
      consumer: { link in
        link.take { consumer in
          let count = consumer.count
          ModelThread.expect(count == 0 || count == 3, "\(count) of a batch of 3")
          link.taken = consumer.pollAll()
        }
      }, check: { ModelThread.expect($0.taken == [1, 2, 3], "taken: \($0.taken)") })
  }

  func aConsumerThatLeavesLeavesNothingBehind() throws {
    for properties in shapes {
      try explore(
        "consumer leaving", properties,
        producer: { link in link.push { link.accepted = $0.pushSome(1...4) } },
        consumer: { link in link.take { link.taken = $0.pollSome(2) } },
        check: {
          ModelThread.expect($0.accepted.starts(with: $0.taken), "taken: \($0.taken) of \($0.accepted)")
        })
    }
  }

  func endsThatLeaveUnused() throws {
    let properties = QueueProperties(capacity: 2)
    try explore(
      "both leaving", properties, producer: { $0.push { _ in } }, consumer: { $0.take { _ in } },
      check: { _ in })
    try explore(
      "producer leaving", properties, producer: { $0.push { _ in } },
      consumer: { link in link.take { link.taken = $0.pollAll() } },
      check: { ModelThread.expect($0.taken == [], "taken: \($0.taken)") })
  }

  func noWakeUpIsLost() throws {
    let hook = WakeHook(context: 1) { ModelThread.wake(Int($0)) }
    let last: UInt64 = isLong ? 2 : 1
    for capacity in isLong ? [1, 2] : [1] {
      let properties = QueueProperties(capacity: capacity, waiting: .wake(hook), firstSequence: .max)
      try explore(
        "waking", properties, producer: { $0.push { $0.pushAll(1...last) } },
        consumer: { link in link.take { link.taken = $0.pollAllAsleep() } },
        check: { ModelThread.expect($0.taken == Array(1...last), "taken: \($0.taken)") })
    }
  }

  func whatIsDroppedIsCounted() throws {
    try explore(
      "dropping", QueueProperties(capacity: 1, overflow: .dropNewest),
      producer: { link in
        link.push { producer in
          for value in 1...4 as ClosedRange<UInt64> {
            let back = producer.push(Tracked(value))
            ModelThread.expect(back == nil, "a dropping queue gave a message back")
          }
          link.accepted = [4 - producer.droppedCount]
        }
      }, consumer: { link in link.take { link.taken = $0.pollAll() } },
      check: { ModelThread.expect([UInt64($0.taken.count)] == $0.accepted, "taken: \($0.taken)") })
  }
}
