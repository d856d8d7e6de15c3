import Buffers
import Queues
import Streams
import Synchronization
import TestSupport
import XCTest

final class NodeSubTests: XCTestCase {
  private typealias Pool = NodePool<NodeToken, HardwareWord>
  private typealias Producer = NodeSubProducer<NodeToken, HardwareWord>
  private typealias Consumer = NodeConsumer<NodeToken, HardwareWord>

  func testQueuesOnOnePoolAgainstArrays() throws {
    var random = SeededRandom()
    let seed = random.seed
    for first in NodeModel.firstSequences {
      for (capacities, nodeCount) in NodeModel.shapes {
        let memory = keptArena()
        let ledger = NodeLedger()
        let pool = try Pool(capacity: nodeCount, in: &memory.arena)
        let queues = try capacities.map { try make(capacity: $0, first, pool, producerCount: 3, memory) }
        var model = NodeModel(capacities: capacities, nodeCount: nodeCount)
        let difference = model.firstDifference(
          &random, operationCount: 2_000,
          push: { queue, value in
            queues[queue].producers[Int(value % 3)].value!.offer(value, ledger) == nil
          },
          poll: { queue in queues[queue].consumer.value!.selectedValue() }, lentCount: { pool.lentCount })
        XCTAssertNil(difference, "SEED=\(seed)")
        for (queue, messages) in zip(queues, model.queues) {
          XCTAssertEqual(queue.producers[1].value!.fill(), messages.count, "SEED=\(seed)")
          queue.consumer.drop()
          queue.producers.forEach { $0.drop() }
        }
        XCTAssertEqual(pool.lentCount, 0, "SEED=\(seed)")
        XCTAssertEqual(ledger.liveCount, 0, "SEED=\(seed)")
      }
    }
  }

  func testEverythingIsBackInWhateverOrderTheEndsGo() throws {
    for order in [[0, 1, 2, 3], [3, 0, 1, 2], [1, 3, 2, 0], [2, 1, 0, 3], [0, 3, 1, 2]] {
      let memory = keptArena()
      let ledger = NodeLedger()
      let pool = try Pool(capacity: 8, in: &memory.arena)
      let queue = try make(capacity: 8, 0, pool, producerCount: 3, memory)
      for value in 0..<UInt64(6) {
        XCTAssertNil(queue.producers[Int(value % 3)].value!.offer(value, ledger))
      }
      XCTAssertEqual(queue.consumer.value!.answer(), .value(0))
      for end in order {
        if end == 3 { queue.consumer.drop() } else { queue.producers[end].drop() }
      }
      XCTAssertEqual(pool.lentCount, 0)
      XCTAssertEqual(ledger.liveCount, 0)
    }
  }

  func testEndsWithTheLastProducerOnly() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let pool = try Pool(capacity: 8, in: &memory.arena)
    let queue = try make(capacity: 8, 0, pool, producerCount: 2, memory)
    queue.producers[0].drop()
    XCTAssertEqual(queue.consumer.value!.answer(), .pending)
    let third = NodeHeld(queue.producers[1].value!.another())
    queue.producers[1].drop()
    XCTAssertEqual(queue.consumer.value!.answer(), .pending)
    XCTAssertNil(third.value!.offer(7, ledger))
    third.drop()
    XCTAssertEqual(queue.consumer.value!.answer(), .value(7))
    XCTAssertEqual(queue.consumer.value!.answer(), .ended)
  }

  func testGivesBackOrDropsWhatFindsNoRoom() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let pool = try Pool(capacity: 4, in: &memory.arena)
    for (overflow, dropped) in [(OverflowPolicy.refuse, UInt64(0)), (.dropNewest, 2)] {
      var ends = try Channel<NodeToken>.create(
        .sub, over: .nodes, QueueProperties(capacity: 2, overflow: overflow), from: pool, in: &memory.arena
      ).sub()
      for value in 0..<UInt64(2) { XCTAssertNil(ends.producer.offer(value, ledger)) }
      for value in 2..<UInt64(4) {
        XCTAssertEqual(ends.producer.offer(value, ledger), dropped == 0 ? value : nil)
      }
      XCTAssertEqual(ends.producer.droppedCount, dropped)
      XCTAssertEqual(ends.producer.count, 2)
      XCTAssertEqual(ends.consumer.answer(), .value(0))
      XCTAssertNil(ends.producer.offer(4, ledger), "there is room again")
    }
    XCTAssertEqual(pool.lentCount, 0)
    XCTAssertEqual(ledger.liveCount, 0)
  }

  func testTellsPressureToEachProducer() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let pool = try Pool(capacity: 16, in: &memory.arena)
    var ends = try NodeSub<NodeToken, HardwareWord>(
      QueueProperties(capacity: 8, watermarks: Watermarks(low: 1, high: 3)), from: pool, in: &memory.arena
    ).sub()
    var other = ends.producer.another()
    for value in 0..<UInt64(3) { XCTAssertNil(ends.producer.offer(value, ledger)) }
    XCTAssertEqual(ends.producer.pressureChange(), .on)
    XCTAssertNil(ends.producer.pressureChange())
    XCTAssertEqual(other.pressureChange(), .on)
    for _ in 0..<2 { _ = ends.consumer.answer() }
    XCTAssertEqual(other.pressureChange(), .off)
    XCTAssertEqual(ends.producer.pressureChange(), .off)
    XCTAssertNil(other.pressureChange())
  }

  func testWakesASleeperOnceAndAtTheEnd() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let calls = NodeLedger()
    let pool = try Pool(capacity: 8, in: &memory.arena)
    let ends = try NodeSub<NodeToken, HardwareWord>(
      QueueProperties(capacity: 8, waiting: .wake(countingHook(calls))), from: pool, in: &memory.arena
    ).sub()
    let (producer, consumer) = (NodeHeld(ends.producer), NodeHeld(ends.consumer))
    XCTAssertNil(producer.value!.offer(0, ledger))
    XCTAssertEqual(calls.liveCount, 0, "nobody asked")
    XCTAssertTrue(consumer.value!.armWakeup(), "there is one")
    XCTAssertEqual(consumer.value!.answer(), .value(0))
    XCTAssertFalse(consumer.value!.armWakeup())
    for value in 1..<3 { XCTAssertNil(producer.value!.offer(UInt64(value), ledger)) }
    XCTAssertEqual(calls.liveCount, 1, "once")
    for value in 1..<3 { XCTAssertEqual(consumer.value!.answer(), .value(UInt64(value))) }
    XCTAssertFalse(consumer.value!.armWakeup())
    producer.drop()
    XCTAssertEqual(calls.liveCount, 2, "the end is news")
    XCTAssertTrue(consumer.value!.armWakeup())
    XCTAssertEqual(consumer.value!.answer(), .ended)
    withExtendedLifetime(calls) {}
  }

  private func make(
    capacity: Int, _ firstSequence: UInt64, _ pool: Pool, producerCount: Int, _ memory: TestArena
  ) throws -> (producers: [NodeHeld<Producer>], consumer: NodeHeld<Consumer>) {
    let ends = try Channel<NodeToken>.create(
      .sub, over: .nodes, QueueProperties(capacity: capacity, firstSequence: firstSequence), from: pool,
      in: &memory.arena
    ).sub()
    let first = NodeHeld(ends.producer)
    let others = (1..<producerCount).map { _ in NodeHeld(first.value!.another()) }
    return ([first] + others, NodeHeld(ends.consumer))
  }
}
