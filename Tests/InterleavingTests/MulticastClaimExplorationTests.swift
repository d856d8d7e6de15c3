import InterleavingSupport
import Queues
import TestSupport
import XCTest

/// Claims on a `VecPub` whose consumers drain: of places that hold messages of the lap before.
final class MulticastClaimExplorationTests: XCTestCase {
  private final class Pub {
    private let memory = TestArena(byteCount: 8192)
    private var producer: VecPub<Wide, ModelWord>.Producer?
    private var first: VecPub<Wide, ModelWord>.Consumer?
    private var second: VecPub<Wide, ModelWord>.Consumer?
    var accepted: [UInt64] = []
    var taken: [[UInt64]] = [[], []]

    init(_ properties: QueueProperties) throws {
      var queue = try VecPub<Wide, ModelWord>(consumers: 2, properties, in: &memory.arena)
      first = try queue.sub()
      second = try queue.sub()
      producer = queue.pub()
    }

    /// A batch, a claim that may find no room and is published half, and a claim that is never published.
    func push() {
      var producer = self.producer.take()!
      var next: UInt64 = 1
      next += UInt64(producer.push(upTo: 3) { Wide(next + UInt64($0)) })
      if (try? producer.claim(2)) == true {
        producer.write(Wide(next))
        ModelThread.expect(producer.push(Wide(99)) != nil, "a push went past a claim")
        try? producer.publish()
        next += 1
      }
      if (try? producer.claim(1)) == true { producer.write(Wide(98)) }
      accepted = Array(1..<next)
    }

    func drain(_ index: Int, _ limits: [Int]) {
      var consumer = index == 0 ? first.take()! : second.take()!
      for limit in limits { _ = consumer.drain(upTo: limit) { taken[index].append($0.value) } }
      if index == 0 { taken[index] += consumer.pollAll() }
    }
  }

  func testBatchesAndClaimsReachWhoDrains() throws {
    for capacity in [2, 3] {
      try exploreQueue(
        "VecPub of \(capacity), drained",
        setUp: { try Pub(QueueProperties(capacity: capacity, firstSequence: .max)) },
        threads: [{ (queue: Pub) in queue.push() }, { $0.drain(0, [1, 3]) }, { $0.drain(1, [3]) }],
        check: { queue in
          ModelThread.expect(queue.taken[0] == queue.accepted, "\(queue.taken) of \(queue.accepted)")
          ModelThread.expect(
            queue.accepted.starts(with: queue.taken[1]), "\(queue.taken) of \(queue.accepted)")
          let whole = [0, capacity, queue.accepted.count]
          ModelThread.expect(whole.contains(queue.taken[1].count), "part of a batch: \(queue.taken)")
        })
    }
  }
}
