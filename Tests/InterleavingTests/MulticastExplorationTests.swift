import Buffers
import InterleavingSupport
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// One producer, two consumers.
private final class Many<P: Producer & ~Copyable, C: Consumer & ~Copyable> {
  private let memory = TestArena(byteCount: 8192)
  private var producer: P?
  private var first: C?
  private var second: C?
  /// Whether threads leave their ends behind. Leaving has tests of its own: elsewhere it only multiplies executions.
  private let keepsEnds: Bool
  var accepted: [UInt64] = []
  var taken: [[UInt64]] = [[], []]

  init(keepsEnds: Bool, _ make: (inout Arena, inout P?, inout C?, inout C?) throws -> Void) throws {
    self.keepsEnds = keepsEnds
    try make(&memory.arena, &producer, &first, &second)
  }

  func push(_ body: (inout P) -> [UInt64]) {
    var producer = self.producer.take()!
    accepted = body(&producer)
    if keepsEnds { self.producer = consume producer }
  }

  func take(_ index: Int, _ body: (inout C) -> [UInt64]) {
    var consumer = index == 0 ? first.take()! : second.take()!
    taken[index] = body(&consumer)
    guard keepsEnds else { return }
    if index == 0 { first = consume consumer } else { second = consume consumer }
  }

  func dropEnds() {
    producer = nil
    first = nil
    second = nil
  }
}

final class MulticastExplorationTests: XCTestCase {
  private typealias Pub = Many<VecPub<Wide, ModelWord>.Producer, VecPub<Wide, ModelWord>.Consumer>
  private typealias Share = Many<VecShare<Tracked, ModelWord>.Producer, VecShareConsumer<Tracked, ModelWord>>
  private typealias Overwriting = Many<
    OverwritingProducer<Wide, ModelWord>, OverwritingConsumer<Wide, ModelWord>
  >

  private func makePub(_ properties: QueueProperties, keepsEnds: Bool = false) throws -> Pub {
    try Pub(keepsEnds: keepsEnds) { arena, producer, first, second in
      var queue = try VecPub<Wide, ModelWord>(consumers: 2, properties, in: &arena)
      first = try queue.sub()
      second = try queue.sub()
      producer = queue.pub()
    }
  }

  private func makeShare(_ properties: QueueProperties, keepsEnds: Bool = false) throws -> Share {
    try Share(keepsEnds: keepsEnds) { arena, producer, first, second in
      var queue = try VecShare<Tracked, ModelWord>(consumers: 2, properties, in: &arena)
      first = try queue.sub()
      second = try queue.sub()
      producer = queue.pub()
    }
  }

  /// One consumer only when the other is not asked for.
  private func makeOverwriting(_ properties: QueueProperties, consumers: Int, keepsEnds: Bool = false) throws
    -> Overwriting
  {
    try Overwriting(keepsEnds: keepsEnds) { arena, producer, first, second in
      var queue = try OverwritingPub<Wide, ModelWord>(consumers: consumers, properties, in: &arena)
      first = try queue.sub()
      if consumers > 1 { second = try queue.sub() }
      producer = queue.pub()
    }
  }

  func testEveryConsumerSeesAll() throws {
    for (capacity, last) in isLong ? [(1, 3), (2, 3)] : [(1, 3), (2, 2)] as [(Int, UInt64)] {
      try exploreQueue(
        "VecPub of \(capacity), \(last) messages",
        setUp: { try makePub(QueueProperties(capacity: capacity, firstSequence: .max), keepsEnds: true) },
        threads: [
          { (queue: Pub) in
            queue.push { producer in
              producer.pushAll(1...last)
              return Array(1...last)
            }
          }, { $0.take(0) { $0.pollAll(Int(last)) } }, { $0.take(1) { $0.pollAll(Int(last)) } },
        ],
        check: { queue in
          queue.dropEnds()
          for taken in queue.taken { ModelThread.expect(taken == queue.accepted, "taken: \(queue.taken)") }
        })
    }
  }

  func testAConsumerThatLeavesHoldsNobodyUp() throws {
    let last: UInt64 = isLong ? 2 : 1
    try exploreQueue(
      "VecPub of 1, a consumer leaving",
      setUp: { try makePub(QueueProperties(capacity: 1, firstSequence: .max)) },
      threads: [
        { (queue: Pub) in
          queue.push { producer in
            producer.pushAll(1...last)
            return Array(1...last)
          }
        }, { $0.take(0) { $0.pollSome(1) } }, { $0.take(1) { $0.pollAll() } },
      ],
      check: { queue in
        ModelThread.expect(queue.taken[1] == queue.accepted, "the one that stays: \(queue.taken[1])")
        ModelThread.expect(
          queue.accepted.starts(with: queue.taken[0]), "the one that leaves: \(queue.taken[0])")
      })
  }

  func testEachMessageGoesToOne() throws {
    for (capacity, last) in isLong ? [(1, 2), (2, 3), (3, 4)] : [(1, 2), (2, 3)] as [(Int, UInt64)] {
      try exploreQueue(
        "VecShare of \(capacity), \(last) messages",
        setUp: { try makeShare(QueueProperties(capacity: capacity, firstSequence: .max), keepsEnds: true) },
        threads: [
          { (queue: Share) in queue.push { $0.pushSome(1...last) } }, { $0.take(0) { $0.pollSome(2) } },
          { $0.take(1) { $0.pollSome(1) } },
        ],
        check: { queue in
          queue.dropEnds()
          ModelThread.expect(
            queue.accepted.starts(with: queue.taken.joined().sorted()), "\(queue.taken) of \(queue.accepted)")
          for taken in queue.taken { ModelThread.expect(taken == taken.sorted(), "out of order: \(taken)") }
        })
    }
  }

  func testSharersTakeAllThereIs() throws {
    try exploreQueue(
      "VecShare of 1, to the end", setUp: { try makeShare(QueueProperties(capacity: 1)) },
      threads: [
        { (queue: Share) in queue.push { $0.pushSome(1...1) } }, { $0.take(0) { $0.pollAll() } },
        { $0.take(1) { $0.pollSome(1) } },
      ], check: { ModelThread.expect(Array($0.taken.joined()) == [1], "taken: \($0.taken)") })
  }

  func testWhatIsOverwrittenIsCounted() throws {
    for (capacity, last) in isLong ? [(1, 2), (2, 3)] : [(1, 2)] as [(Int, UInt64)] {
      try exploreQueue(
        "OverwritingLink of \(capacity), \(last) messages",
        setUp: {
          try makeOverwriting(
            QueueProperties(capacity: capacity, overflow: .dropOldest, firstSequence: .max), consumers: 1)
        },
        threads: [
          { (queue: Overwriting) in queue.push { $0.pushSome(1...last) } },
          { queue in
            queue.take(0) { consumer in
              let values = consumer.pollAll()
              queue.taken[1] = [consumer.takeLostCount()]
              return values
            }
          },
        ],
        check: { queue in
          let taken = queue.taken[0]
          ModelThread.expect(
            taken == Array(Set(taken)).sorted() && !taken.contains(0), "torn or out of order: \(taken)")
          ModelThread.expect(taken.last == last, "the newest is lost: \(taken)")
          ModelThread.expect(
            UInt64(taken.count) + queue.taken[1][0] == last, "\(taken), lost \(queue.taken[1])")
        })
    }
  }

  func testOverwrittenMulticast() throws {
    try exploreQueue(
      "OverwritingPub of 1",
      setUp: {
        try makeOverwriting(
          QueueProperties(capacity: 1, overflow: .dropOldest), consumers: 2, keepsEnds: true)
      },
      threads: [
        { (queue: Overwriting) in queue.push { $0.pushSome(1...2) } }, { $0.take(0) { $0.pollSome(1) } },
        { $0.take(1) { $0.pollSome(1) } },
      ],
      check: { queue in
        for taken in queue.taken {
          ModelThread.expect([[], [1], [2]].contains(taken), "taken: \(queue.taken)")
        }
        queue.dropEnds()
      })
  }
}
