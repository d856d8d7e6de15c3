import InterleavingSupport
import Queues
import TestSupport
import XCTest

/// Many producers on one turbine.
private final class Ring {
  typealias Producer = TurbineSubProducer<Tracked, ModelWord>
  private let memory = TestArena(byteCount: 16 << 10)
  private var first: Producer?
  private var second: Producer?
  private var consumer: TurbineConsumer<Tracked, ModelWord>?
  var accepted: [[UInt64]] = [[], []]
  var seen: [UInt64] = []

  init(_ properties: QueueProperties) throws {
    var plan = TurbinePlan()
    let only = plan.consumer()
    let turbine = try TurbineSub<Tracked, ModelWord>(properties, plan, producers: 2, in: &memory.arena) {
      Tracked(UInt64(50 + $0))
    }
    let ends = turbine.link()
    var producers = ends.producers
    var consumers = ends.consumers
    first = producers.take()
    second = producers.take()
    consumer = consumers.take(only)
  }

  func push(_ index: Int, _ body: (inout Producer) -> [UInt64]) {
    var producer = index == 0 ? first.take()! : second.take()!
    accepted[index] = body(&producer)
  }

  func readAll() {
    var consumer = self.consumer.take()!
    while true {
      if consumer.read(upTo: 8, { message, _ in seen.append(message.value) }) == 0 {
        if consumer.hasEnded { return }
        ModelThread.pause()
      }
    }
  }
}

final class TurbineSubExplorationTests: XCTestCase {
  private func explore(
    _ name: String, _ properties: QueueProperties, _ first: @escaping (Ring) -> Void,
    _ second: @escaping (Ring) -> Void, line: UInt = #line
  ) throws {
    try exploreQueue(
      "TurbineSub of \(properties.capacity) from \(properties.firstSequence), \(name)",
      words: [
        "next", "producers", "consumers", "ends", "cursor", "sleeper", "publication 0", "publication 1",
      ],
      setUp: { try Ring(properties) }, threads: [first, second, { $0.readAll() }],
      check: { ring in
        for accepted in ring.accepted {
          let seen = ring.seen.filter { accepted.contains($0) }
          ModelThread.expect(seen == accepted, "seen: \(ring.seen) of \(ring.accepted)")
        }
        ModelThread.expect(
          ring.seen.count == ring.accepted[0].count + ring.accepted[1].count,
          "seen: \(ring.seen) of \(ring.accepted)")
      }, line: line)
  }

  func testNothingIsLost() throws {
    for (capacity, first) in [(1, UInt64.max), (2, 0), (2, .max)] {
      try explore(
        "refusing", QueueProperties(capacity: capacity, firstSequence: first),
        { $0.push(0) { $0.pushSome(1...1) } },
        { $0.push(1) { $0.pushSome(11...(isLong ? 12 : 11)) } })
    }
  }

  func testBatchesAreSeenInOnePiece() throws {
    try explore(
      "batches", QueueProperties(capacity: 4, firstSequence: .max),
      { $0.push(0) { $0.push(upTo: 2) { Tracked(UInt64(1 + $0)) } == 2 ? [1, 2] : [] } },
      { $0.push(1) { $0.pushSome(11...11) } })
  }

  func testAnAbandonedClaimIsPassedOver() throws {
    try explore(
      "abandoned", QueueProperties(capacity: 2, firstSequence: .max),
      { ring in
        ring.push(0) { producer in
          _ = try? producer.claim(1)
          return []
        }
      }, { $0.push(1) { $0.pushSome(11...11) } })
  }
}
