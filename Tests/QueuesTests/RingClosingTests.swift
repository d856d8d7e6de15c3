import Queues
import TestSupport
import XCTest

/// What each side learns when the other is gone.
final class RingClosingTests: XCTestCase {
  func testConsumersTakeTheRestAndThenLearnOfTheEnd() throws {
    for kind in RingKind.all {
      let bench = try kind.make(QueueProperties(capacity: 8, overflow: kind.overflow), TestArena())
      XCTAssertEqual(bench.poll(by: 0), .pending, kind.name)
      XCTAssertEqual(bench.push(3, from: 1, by: 0), 3)
      for producer in 0..<bench.producerCount { bench.dropProducer(producer) }
      for id in UInt64(1)...3 { XCTAssertEqual(bench.poll(by: 0), .message(id), kind.name) }
      XCTAssertEqual(bench.poll(by: 0), .ended, kind.name)
      XCTAssertEqual(bench.poll(by: 0), .ended, "\(kind.name): for good")
      for consumer in 0..<bench.consumerCount { bench.dropConsumer(consumer) }
      XCTAssertEqual(bench.balance, 0, kind.name)
    }
  }

  func testWithoutConsumersMessagesComeBackWhenTheRoomIsUsedUp() throws {
    for overflow in [OverflowPolicy.refuse, .dropNewest] {
      for kind in RingKind.all where kind.overflow == .refuse {
        let bench = try kind.make(QueueProperties(capacity: 8, overflow: overflow), TestArena())
        XCTAssertEqual(bench.push(3, from: 1, by: 0), 3)
        for consumer in 0..<bench.consumerCount { bench.dropConsumer(consumer) }
        let accepted = (0..<100).filter { bench.push(UInt64($0), by: 0) }.count
        XCTAssertLessThanOrEqual(accepted, 8, kind.name)
        XCTAssertFalse(bench.push(7, by: 0), kind.name)
        XCTAssertEqual(bench.push(2, from: 7, by: 0), 0, kind.name)
        for producer in 0..<bench.producerCount { bench.dropProducer(producer) }
        XCTAssertEqual(bench.balance, 0, kind.name)
      }
    }
  }

  func testAProducerOfOverwritingQueuesNeedsNobody() throws {
    for kind in RingKind.all where kind.overflow == .dropOldest {
      let bench = try kind.make(QueueProperties(capacity: 2, overflow: .dropOldest), TestArena())
      for consumer in 0..<bench.consumerCount { bench.dropConsumer(consumer) }
      for id in 0..<UInt64(9) { XCTAssertTrue(bench.push(id, by: 0), kind.name) }
      bench.dropProducer(0)
    }
  }
}
