import Buffers
import Queues
import Streams
import TestSupport
import XCTest

final class NodeLinkTests: XCTestCase {
  private typealias Ends = NodeLink<NodeToken, HardwareWord>.Ends
  private typealias Pool = NodePool<NodeToken, HardwareWord>

  func testQueuesOnOnePoolAgainstArrays() throws {
    var random = SeededRandom()
    let seed = random.seed
    for first in NodeModel.firstSequences {
      for (capacities, nodeCount) in NodeModel.shapes {
        let memory = keptArena()
        let ledger = NodeLedger()
        let pool = try Pool(capacity: nodeCount, in: &memory.arena)
        let ends = try capacities.map {
          NodeHeld(
            try Channel<NodeToken>.create(
              .link, over: .nodes, QueueProperties(capacity: $0, firstSequence: first), from: pool,
              in: &memory.arena
            ).link())
        }
        var model = NodeModel(capacities: capacities, nodeCount: nodeCount)
        let difference = model.firstDifference(
          &random, operationCount: 2_000,
          push: { queue, value in ends[queue].value!.producer.offer(value, ledger) == nil },
          poll: { queue in ends[queue].value!.consumer.selectedValue() }, lentCount: { pool.lentCount })
        XCTAssertNil(difference, "SEED=\(seed)")
        for (queue, messages) in model.queues.enumerated() {
          XCTAssertEqual(ends[queue].value!.producer.count, messages.count, "SEED=\(seed)")
          ends[queue].drop()
        }
        XCTAssertEqual(pool.lentCount, 0, "SEED=\(seed)")
        XCTAssertEqual(ledger.liveCount, 0, "SEED=\(seed)")
      }
    }
  }

  func testTheModelNoticesABrokenQueue() {
    var random = SeededRandom()
    for fault in ["loses", "reorders", "exceeds", "leaks"] {
      var queue: [UInt64] = []
      var model = NodeModel(capacities: [4], nodeCount: 100)
      let difference = model.firstDifference(
        &random, operationCount: 5_000,
        push: { _, value in
          guard queue.count < (fault == "exceeds" ? 5 : 4) else { return false }
          if fault == "reorders", value % 64 == 0 { queue.insert(value, at: 0) } else { queue.append(value) }
          return true
        },
        poll: { _ in
          if fault == "loses", queue.count == 3 { queue.removeFirst() }
          return queue.isEmpty ? nil : queue.removeFirst()
        }, lentCount: { 1 + queue.count + (fault == "leaks" && queue.count == 4 ? 1 : 0) })
      XCTAssertNotNil(difference, "a queue that \(fault) went unnoticed, SEED=\(random.seed)")
    }
  }

  func testEverythingIsBackWhateverEndGoesFirst() throws {
    for consumerFirst in [false, true] {
      for taken in 0...5 {
        let memory = keptArena()
        let ledger = NodeLedger()
        let pool = try Pool(capacity: 8, in: &memory.arena)
        let ends = try NodeLink<NodeToken, HardwareWord>(
          QueueProperties(capacity: 8), from: pool, in: &memory.arena
        ).link()
        let (producer, consumer) = separate(ends)
        for value in 0..<5 { XCTAssertNil(producer.value!.offer(UInt64(value), ledger)) }
        for value in 0..<taken { XCTAssertEqual(consumer.value!.answer(), .value(UInt64(value))) }
        if consumerFirst {
          consumer.drop()
          XCTAssertEqual(producer.value!.offer(9, ledger), 9, "no consumer is left")
          producer.drop()
        } else {
          producer.drop()
          XCTAssertEqual(consumer.value!.answer(), taken < 5 ? .value(UInt64(taken)) : .ended)
          consumer.drop()
        }
        XCTAssertEqual(pool.lentCount, 0)
        XCTAssertEqual(ledger.liveCount, 0)
      }
    }
  }

  func testALinkThatIsNeverUsedGivesItsNodeBack() throws {
    let memory = keptArena()
    let pool = try Pool(capacity: 2, in: &memory.arena)
    do {
      let link = try NodeLink<NodeToken, HardwareWord>(
        QueueProperties(capacity: 1), from: pool, in: &memory.arena)
      XCTAssertEqual(pool.lentCount, 1)
      _ = consume link
    }
    XCTAssertEqual(pool.lentCount, 0)
  }

  func testEndsWhenTheProducerIsGoneAndEverythingWasTaken() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let pool = try Pool(capacity: 8, in: &memory.arena)
    let (producer, consumer) = separate(
      try NodeLink(QueueProperties(capacity: 8), from: pool, in: &memory.arena).link())
    XCTAssertEqual(consumer.value!.answer(), .pending)
    XCTAssertNil(producer.value!.offer(1, ledger))
    producer.drop()
    XCTAssertEqual(consumer.value!.answer(), .value(1))
    XCTAssertEqual(consumer.value!.answer(), .ended)
    XCTAssertEqual(consumer.value!.answer(), .ended)
    XCTAssertNil(consumer.value!.selectedValue())
  }

  func testDropsTheNewestAndCountsIt() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let pool = try Pool(capacity: 3, in: &memory.arena)
    var ends = try NodeLink<NodeToken, HardwareWord>(
      QueueProperties(capacity: 10, overflow: .dropNewest), from: pool, in: &memory.arena
    ).link()
    for value in 0..<5 { XCTAssertNil(ends.producer.offer(UInt64(value), ledger)) }
    XCTAssertEqual(ends.producer.droppedCount, 3)
    XCTAssertEqual(ledger.liveCount, 2)
    XCTAssertEqual(ends.consumer.answer(), .value(0))
    XCTAssertEqual(ends.consumer.answer(), .value(1))
    XCTAssertEqual(ends.consumer.answer(), .pending)
  }

  func testTellsPressureOnceACrossing() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let pool = try Pool(capacity: 16, in: &memory.arena)
    var ends = try NodeLink<NodeToken, HardwareWord>(
      QueueProperties(capacity: 8, watermarks: Watermarks(low: 1, high: 3)), from: pool, in: &memory.arena
    ).link()
    for value in 0..<UInt64(2) { XCTAssertNil(ends.producer.offer(value, ledger)) }
    XCTAssertNil(ends.producer.pressureChange())
    for value in 2..<UInt64(5) { XCTAssertNil(ends.producer.offer(value, ledger)) }
    XCTAssertEqual(ends.producer.pressureChange(), .on)
    XCTAssertNil(ends.producer.pressureChange())
    for _ in 0..<3 { _ = ends.consumer.answer() }
    XCTAssertNil(ends.producer.pressureChange(), "two are above the low mark")
    _ = ends.consumer.answer()
    XCTAssertEqual(ends.producer.pressureChange(), .off)
    XCTAssertNil(ends.producer.pressureChange())
  }

  func testWakesASleeperOnceAndAtTheEnd() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let calls = NodeLedger()
    let pool = try Pool(capacity: 8, in: &memory.arena)
    let (producer, consumer) = separate(
      try NodeLink(
        QueueProperties(capacity: 8, waiting: .wake(countingHook(calls))), from: pool, in: &memory.arena
      ).link())
    XCTAssertFalse(consumer.value!.armWakeup())
    for value in 0..<UInt64(2) { XCTAssertNil(producer.value!.offer(value, ledger)) }
    XCTAssertEqual(calls.liveCount, 1, "once")
    XCTAssertTrue(consumer.value!.armWakeup(), "there is one")
    for value in 0..<UInt64(2) { XCTAssertEqual(consumer.value!.answer(), .value(value)) }
    XCTAssertFalse(consumer.value!.armWakeup())
    producer.drop()
    XCTAssertEqual(calls.liveCount, 2, "the end is news")
    XCTAssertEqual(consumer.value!.answer(), .ended)
    withExtendedLifetime(calls) {}
  }

  func testRefusesToBeMadeOfNonsense() throws {
    let memory = keptArena()
    let pool = try Pool(capacity: 1, in: &memory.arena)
    func make(_ properties: QueueProperties) throws {
      _ = try Channel<NodeToken>.create(.link, over: .nodes, properties, from: pool, in: &memory.arena)
    }
    for (properties, error) in [
      (QueueProperties(capacity: 0), QueueError.capacityOutOfRange(0)),
      (QueueProperties(capacity: -1), .capacityOutOfRange(-1)),
      (QueueProperties(capacity: 1 << 30 + 1), .capacityOutOfRange(1 << 30 + 1)),
      (QueueProperties(capacity: 4, batch: 5), .batchOutOfRange(5)),
      (
        QueueProperties(capacity: 4, watermarks: Watermarks(low: 2, high: 2)),
        .watermarksOutOfRange(low: 2, high: 2)
      ),
      (QueueProperties(capacity: 4, overflow: .dropOldest), .cannotDropOldest),
    ] {
      XCTAssertThrowsError(try make(properties)) { XCTAssertEqual($0 as? QueueError, error) }
      XCTAssertEqual(pool.lentCount, 0)
    }
    let last = try NodeLink<NodeToken, HardwareWord>(
      QueueProperties(capacity: 1), from: pool, in: &memory.arena)
    XCTAssertThrowsError(try make(QueueProperties(capacity: 1))) {
      XCTAssertEqual($0 as? QueueError, .memoryExhausted, "the pool has no node left")
    }
    _ = consume last
    XCTAssertEqual(pool.lentCount, 0)
  }

  func testAPoolRefusesToBeMadeOfNonsense() throws {
    let memory = keptArena(byteCount: 4_096)
    for (capacity, error) in [
      (0, QueueError.capacityOutOfRange(0)), (-3, .capacityOutOfRange(-3)),
      (1 << 24 + 1, .capacityOutOfRange(1 << 24 + 1)), (1 << 24, .memoryExhausted),
    ] {
      XCTAssertThrowsError(try Pool(capacity: capacity, in: &memory.arena)) {
        XCTAssertEqual($0 as? QueueError, error)
      }
    }
    XCTAssertEqual(try Pool(capacity: 3, in: &memory.arena).capacity, 3)
  }

  private func separate(
    _ ends: consuming Ends
  ) -> (NodeHeld<NodeLinkProducer<NodeToken, HardwareWord>>, NodeHeld<NodeConsumer<NodeToken, HardwareWord>>)
  {
    (NodeHeld(ends.producer), NodeHeld(ends.consumer))
  }
}
