import InterleavingSupport
import Queues
import TestSupport
import XCTest

/// Queues of linked nodes, and the pool they take them from.
private final class Chain {
  private let memory = TestArena(byteCount: 16 << 10)
  let pool: NodePool<Tracked, ModelWord>
  private var producer: NodeLinkProducer<Tracked, ModelWord>?
  private var first: NodeSubProducer<Tracked, ModelWord>?
  private var second: NodeSubProducer<Tracked, ModelWord>?
  private var consumer: NodeConsumer<Tracked, ModelWord>?
  var accepted: [[UInt64]] = [[], []]
  var taken: [UInt64] = []

  init(_ properties: QueueProperties, nodes: Int, isSub: Bool) throws {
    pool = try NodePool(capacity: nodes, in: &memory.arena)
    if isSub {
      let ends = try NodeSub(properties, from: pool, in: &memory.arena).sub()
      second = ends.producer.another()
      first = consume ends.producer
      consumer = consume ends.consumer
    } else {
      let ends = try NodeLink(properties, from: pool, in: &memory.arena).link()
      producer = consume ends.producer
      consumer = consume ends.consumer
    }
  }

  func push(_ body: (inout NodeLinkProducer<Tracked, ModelWord>) -> [UInt64]) {
    var producer = self.producer.take()!
    accepted[0] = body(&producer)
  }

  func push(_ index: Int, _ values: ClosedRange<UInt64>) {
    var producer = index == 0 ? first.take()! : second.take()!
    accepted[index] = producer.pushSome(values)
  }

  func take(_ body: (inout NodeConsumer<Tracked, ModelWord>) -> [UInt64]) {
    var consumer = self.consumer.take()!
    taken = body(&consumer)
  }

  func expectAll() {
    for accepted in accepted {
      ModelThread.expect(
        taken.filter { accepted.contains($0) } == accepted, "taken: \(taken) of \(self.accepted)")
    }
    ModelThread.expect(taken.count == accepted[0].count + accepted[1].count, "taken: \(taken) of \(accepted)")
  }
}

extension NodeConsumer: SleepingConsumer where Message: ~Copyable, Word: ~Copyable {}

final class NodeExplorationTests: XCTestCase {
  private func explore(
    _ name: String, _ properties: QueueProperties, nodes: Int, isSub: Bool = false,
    threads: [(Chain) -> Void], check: (Chain) -> Void = { $0.expectAll() }, line: UInt = #line
  ) throws {
    try exploreQueue(
      "\(isSub ? "NodeSub" : "NodeLink") of \(properties.capacity), \(name)",
      words: ["free"] + (1...nodes).map { "node \($0)" } + [
        "consumed", "reserved", "last", "first", "ends", "sleeping",
      ],
      setUp: { try Chain(properties, nodes: nodes, isSub: isSub) }, threads: threads,
      check: { chain in
        check(chain)
        ModelThread.expect(chain.pool.lentCount == 0, "\(chain.pool.lentCount) nodes lent for ever")
      }, line: line)
  }

  func testEverythingArrivesInOrder() throws {
    for (capacity, nodes) in [(1, 2), (2, 3), (2, 2)] {
      try explore(
        "\(nodes) nodes", QueueProperties(capacity: capacity, firstSequence: .max), nodes: nodes,
        threads: [
          { (chain: Chain) in
            chain.push { producer in
              producer.pushAll(1...2)
              return [1, 2]
            }
          }, { $0.take { $0.pollAll() } },
        ])
    }
  }

  func testAConsumerThatLeavesLeavesNothingBehind() throws {
    try explore(
      "consumer leaving", QueueProperties(capacity: 2), nodes: 3,
      threads: [{ (chain: Chain) in chain.push { $0.pushSome(1...2) } }, { $0.take { $0.pollSome(1) } }],
      check: {
        ModelThread.expect($0.accepted[0].starts(with: $0.taken), "taken: \($0.taken) of \($0.accepted)")
      })
  }

  func testNoWakeUpIsLost() throws {
    let hook = WakeHook(context: 1) { ModelThread.wake(Int($0)) }
    try explore(
      "waking", QueueProperties(capacity: 1, waiting: .wake(hook)), nodes: 2,
      threads: [
        { (chain: Chain) in chain.push { $0.pushSome(1...1) } },
        { $0.take { $0.pollAllAsleep() } },
      ])
  }

  func testManyProducersLoseNothing() throws {
    for (capacity, nodes) in [(1, 2), (2, 3)] {
      try explore(
        "\(nodes) nodes", QueueProperties(capacity: capacity, firstSequence: .max), nodes: nodes, isSub: true,
        threads: [{ $0.push(0, 1...1) }, { $0.push(1, 11...11) }, { $0.take { $0.pollAll() } }])
    }
  }

  func testTwoProducersAndAConsumerThatLeaves() throws {
    try explore(
      "consumer leaving", QueueProperties(capacity: 2), nodes: 3, isSub: true,
      threads: [{ $0.push(0, 1...1) }, { $0.push(1, 11...11) }, { $0.take { $0.pollSome(1) } }],
      check: { ModelThread.expect($0.taken.count <= 1, "taken: \($0.taken)") })
  }
}
