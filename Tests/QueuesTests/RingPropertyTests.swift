import Queues
import TestSupport
import XCTest

/// What is asked of a queue at its creation: each property on every queue over a fixed ring.
final class RingPropertyTests: XCTestCase {
  private static let waiting = RingKind.all.filter { $0.overflow == .refuse }
  private static let overwriting = RingKind.all.filter { $0.overflow == .dropOldest }

  private func expectError(_ error: QueueError, _ kind: RingKind, _ properties: QueueProperties) {
    XCTAssertThrowsError(try kind.make(properties, TestArena()), kind.name) {
      XCTAssertEqual($0 as? QueueError, error, kind.name)
    }
  }

  func testWhatIsOutOfRangeIsAnError() {
    for kind in RingKind.all {
      let overflow = kind.overflow
      for capacity in [0, -1, .min, QueueProperties.largestCapacity + 1, .max] {
        expectError(
          .capacityOutOfRange(capacity), kind, QueueProperties(capacity: capacity, overflow: overflow))
      }
      for batch in [0, -1, 9, .max] {
        expectError(
          .batchOutOfRange(batch), kind, QueueProperties(capacity: 8, overflow: overflow, batch: batch))
      }
      for (low, high) in [(-1, 3), (3, 3), (4, 3), (0, 9), (8, 9)] {
        expectError(
          .watermarksOutOfRange(low: low, high: high), kind,
          QueueProperties(capacity: 8, overflow: overflow, watermarks: Watermarks(low: low, high: high)))
      }
      expectError(.memoryExhausted, kind, QueueProperties(capacity: 1 << 30, overflow: overflow))
    }
  }

  func testOnlyOverwritingQueuesDropTheOldest() {
    for kind in Self.waiting {
      expectError(.cannotDropOldest, kind, QueueProperties(capacity: 8, overflow: .dropOldest))
    }
    for kind in Self.overwriting {
      expectError(.mustDropOldest, kind, QueueProperties(capacity: 8))
      expectError(.mustDropOldest, kind, QueueProperties(capacity: 8, overflow: .dropNewest))
      expectError(
        .watermarksOutOfRange(low: 1, high: 2), kind,
        QueueProperties(capacity: 8, overflow: .dropOldest, watermarks: Watermarks(low: 1, high: 2)))
    }
  }

  func testNumbersOfEnds() {
    let properties = QueueProperties(capacity: 4)
    let overwriting = QueueProperties(capacity: 4, overflow: .dropOldest)
    for count in [0, -1, 65] {
      let memory = TestArena()
      let makers: [() throws -> Void] = [
        {
          _ = try Channel<UInt64>.create(.sub, over: .vec, producers: count, properties, in: &memory.arena)
        },
        {
          _ = try Channel<UInt64>.create(.pub, over: .vec, consumers: count, properties, in: &memory.arena)
        },
        {
          _ = try Channel<UInt64>.create(.share, over: .vec, consumers: count, properties, in: &memory.arena)
        },
        {
          _ = try Channel<UInt64>.create(
            .pub, over: .overwritingVec, consumers: count, overwriting, in: &memory.arena)
        },
      ]
      for make in makers {
        XCTAssertThrowsError(try make()) { XCTAssertEqual($0 as? QueueError, .endsOutOfRange(count)) }
      }
    }
  }

  func testAFullQueueRefusesOrDropsTheNewest() throws {
    for kind in Self.waiting {
      let refusing = try kind.make(QueueProperties(capacity: 3), TestArena())
      let dropping = try kind.make(QueueProperties(capacity: 3, overflow: .dropNewest), TestArena())
      for id in UInt64(1)...5 {
        XCTAssertEqual(refusing.push(id, by: 0), id <= 3, kind.name)
        XCTAssertTrue(dropping.push(id, by: 0), kind.name)
      }
      XCTAssertEqual(refusing.droppedCount(of: 0), 0, kind.name)
      XCTAssertEqual(dropping.droppedCount(of: 0), 2, kind.name)
      XCTAssertEqual(dropping.balance, 3, "\(kind.name): what is dropped is gone")
      for bench in [refusing, dropping] {
        XCTAssertEqual(bench.drain(upTo: 9, by: 0), [1, 2, 3], kind.name)
        bench.dropProducer(0)
      }
    }
  }

  func testPressureIsToldOnceForEachCrossing() throws {
    let properties = QueueProperties(capacity: 8, watermarks: Watermarks(low: 2, high: 5))
    for kind in Self.waiting {
      let bench = try kind.make(properties, TestArena())
      func drain(_ count: Int) {
        for consumer in 0..<(kind.delivery == .toEach ? bench.consumerCount : 1) {
          XCTAssertEqual(bench.drain(upTo: count, by: consumer).count, count, kind.name)
        }
      }
      for lap in 0..<3 {
        for id in UInt64(1)...4 { XCTAssertTrue(bench.push(id, by: 0)) }
        XCTAssertNil(bench.pressureChange(of: 0), "\(kind.name) \(lap): below high")
        XCTAssertTrue(bench.push(5, by: 0))
        XCTAssertEqual(bench.pressureChange(of: 0), .on, "\(kind.name) \(lap)")
        XCTAssertTrue(bench.push(6, by: 0))
        XCTAssertNil(bench.pressureChange(of: 0), "\(kind.name) \(lap): told already")
        drain(3)
        XCTAssertNil(bench.pressureChange(of: 0), "\(kind.name) \(lap): between")
        drain(1)
        XCTAssertEqual(bench.pressureChange(of: 0), .off, "\(kind.name) \(lap)")
        drain(2)
        XCTAssertNil(bench.pressureChange(of: 0), "\(kind.name) \(lap): told already")
      }
    }
  }

  func testACrossingThatWasUndoneIsNotTold() throws {
    for kind in Self.waiting where kind.delivery != .toEach {
      let bench = try kind.make(
        QueueProperties(capacity: 8, watermarks: Watermarks(low: 2, high: 5)), TestArena())
      XCTAssertEqual(bench.push(5, from: 1, by: 0), 5)
      XCTAssertEqual(bench.drain(upTo: 5, by: 0).count, 5)
      XCTAssertNil(bench.pressureChange(of: 0), kind.name)
    }
  }

  func testAHookIsCalledOnceForEachArming() throws {
    for kind in RingKind.all {
      let counter = WakeCounter()
      let properties = QueueProperties(capacity: 8, overflow: kind.overflow, waiting: counter.strategy)
      let bench = try kind.make(properties, TestArena())
      // The others would hold the producer up, or sleep too.
      for consumer in 1..<bench.consumerCount { bench.dropConsumer(consumer) }
      XCTAssertTrue(bench.push(1, by: 0))
      XCTAssertEqual(counter.count, 0, "\(kind.name): nobody asked")
      XCTAssertTrue(bench.armWakeup(of: 0), "\(kind.name): there is one already")
      XCTAssertTrue(bench.push(2, by: 0))
      XCTAssertEqual(counter.count, 0, "\(kind.name): the asking was undone")
      XCTAssertEqual(bench.drain(upTo: 9, by: 0), [1, 2])
      for round in 1...3 {
        XCTAssertFalse(bench.armWakeup(of: 0), kind.name)
        XCTAssertEqual(counter.count, round - 1, kind.name)
        XCTAssertEqual(bench.push(2, from: 3, by: 0), 2)
        XCTAssertEqual(counter.count, round, kind.name)
        XCTAssertTrue(bench.push(5, by: 0))
        XCTAssertEqual(counter.count, round, "\(kind.name): it is awake")
        XCTAssertEqual(bench.drain(upTo: 9, by: 0), [3, 4, 5])
      }
      XCTAssertFalse(bench.armWakeup(of: 0), kind.name)
      for producer in 0..<bench.producerCount { bench.dropProducer(producer) }
      XCTAssertEqual(counter.count, 4, "\(kind.name): the end wakes too")
      XCTAssertTrue(bench.armWakeup(of: 0), "\(kind.name): the end is known")
      XCTAssertEqual(bench.poll(by: 0), .ended)
    }
  }
}
