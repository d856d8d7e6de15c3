import Buffers
import Foundation
import Queues
import Streams
import Synchronization
import TestSupport
import Timing
import XCTest

/// How often each of eight consumers was woken, a byte each.
private let wakes = Atomic<UInt64>(0)

private func makeHook(_ consumer: Int) -> WaitStrategy {
  .wake(WakeHook(context: UInt(consumer)) { wakes.wrappingAdd(1 << (UInt64($0) * 8), ordering: .relaxed) })
}

final class TurbineWakeTests: XCTestCase {
  private func wakeCount(_ consumer: Int) -> Int {
    Int(truncatingIfNeeded: wakes.load(ordering: .relaxed) >> (UInt64(consumer) * 8) & 0xFF)
  }

  override func setUp() { wakes.store(0, ordering: .relaxed) }

  func testASleeperIsWokenOnceByWhomItWaitsFor() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    var plan = TurbinePlan()
    let stages = [plan.consumer(waiting: makeHook(0)), plan.consumer()]
    let behind = plan.consumer(after: stages[0], stages[1], waiting: makeHook(2))
    let ends = try Turbine<Entry, HardwareWord>(QueueProperties(capacity: 4), plan, in: &memory.arena) { _ in
      Entry(0)
    }.link()
    var producer = ends.producer
    var untaken = ends.consumers
    var first = untaken.take(stages[0])!
    var second = untaken.take(stages[1])!
    var last = untaken.take(behind)!
    XCTAssertFalse(first.armWakeup())
    XCTAssertFalse(last.armWakeup())
    XCTAssertFalse(last.armWakeup(), "asking twice is asking once")
    XCTAssertEqual([wakeCount(0), wakeCount(2)], [0, 0])
    XCTAssertNil(producer.push(Entry(1)))
    XCTAssertEqual([wakeCount(0), wakeCount(2)], [1, 0], "the last has nothing to read yet")
    XCTAssertNil(producer.push(Entry(2)))
    XCTAssertEqual(wakeCount(0), 1, "it asked once")
    XCTAssertTrue(first.armWakeup(), "there is a message")
    XCTAssertEqual(first.read(upTo: 9) { _, _ in }, 2)
    XCTAssertEqual(wakeCount(2), 0, "it waits for the second too")
    XCTAssertEqual(second.read(upTo: 1) { _, _ in }, 1)
    XCTAssertEqual(wakeCount(2), 1)
    XCTAssertEqual(last.read(upTo: 9) { _, _ in }, 1)
    XCTAssertFalse(last.armWakeup())
    XCTAssertEqual(second.select(1), Entry(2))
    XCTAssertEqual(wakeCount(2), 2)
  }

  func testASleeperIsWokenByDepartures() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[], [0]])
    let ends = try Turbine<Entry, HardwareWord>(
      QueueProperties(capacity: 4, waiting: makeHook(1)), plan, in: &memory.arena
    ) { _ in Entry(0) }.link()
    var producer: TurbineProducer? = ends.producer
    var untaken = ends.consumers
    var first = untaken.take(stages[0])
    var last = untaken.take(stages[1])!
    XCTAssertNil(producer!.push(Entry(1)))
    XCTAssertFalse(last.armWakeup())
    first = nil
    XCTAssertTrue(first == nil)
    XCTAssertEqual(wakeCount(1), 1, "there is a message now that it waits for nobody")
    XCTAssertEqual(last.select(1), Entry(1))
    XCTAssertFalse(last.armWakeup())
    producer = nil
    XCTAssertTrue(producer == nil)
    XCTAssertEqual(wakeCount(1), 2, "this is the end")
    XCTAssertTrue(last.armWakeup(), "there is nothing to sleep for")
  }

  func testASleeperBehindADroppedClaimIsWoken() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[], [0]], waiting: makeHook(3))
    let ends = try TurbineSub<Entry, HardwareWord>(
      QueueProperties(capacity: 4), plan, producers: 2, in: &memory.arena
    ) { _ in Entry(0) }.link()
    var producers = ends.producers
    var untaken = ends.consumers
    var one = producers.take()!
    var lost = producers.take()
    var first = untaken.take(stages[0])!
    var last = untaken.take(stages[1])!
    XCTAssertTrue(try lost!.claim(1))
    XCTAssertNil(one.push(Entry(1)))
    XCTAssertFalse(first.armWakeup())
    XCTAssertFalse(last.armWakeup())
    lost = nil
    XCTAssertTrue(lost == nil)
    XCTAssertEqual(wakeCount(3), 1)
    XCTAssertEqual(first.select(1), Entry(1))
    XCTAssertEqual(wakeCount(3), 2)
    XCTAssertEqual(last.select(1), Entry(1))
  }

  func testADroppedConsumerIsNotWoken() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[], []], waiting: makeHook(4))
    let ends = try Turbine<Entry, HardwareWord>(QueueProperties(capacity: 4), plan, in: &memory.arena) { _ in
      Entry(0)
    }.link()
    var producer = ends.producer
    var untaken = ends.consumers
    var gone = untaken.take(stages[0])
    var stays = untaken.take(stages[1])!
    XCTAssertFalse(gone!.armWakeup())
    gone = nil
    XCTAssertTrue(gone == nil)
    XCTAssertNil(producer.push(Entry(1)))
    XCTAssertEqual(wakeCount(4), 0)
    XCTAssertEqual(stays.select(1), Entry(1))
  }
}
