import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// Multicast: who joins, who leaves, who holds up whom.
final class VecPubTests: XCTestCase {
  private func pub(
    _ capacity: Int, consumers: Int, _ memory: TestArena, _ first: UInt64 = 0
  ) throws -> VecPub<UInt64, HardwareWord> {
    try Channel<UInt64>.create(
      .pub, over: .vec, consumers: consumers, QueueProperties(capacity: capacity, firstSequence: first),
      in: &memory.arena)
  }

  func testTheSlowestConsumerHoldsUpTheProducerUntilItIsGone() throws {
    for first in [0, 1 << 32 &- 2, 0 &- 2] as [UInt64] {
      let memory = TestArena()
      var channel = try pub(4, consumers: 2, memory, first)
      var fast = try channel.sub()
      let slow = EndBox(try channel.sub())
      var producer = channel.pub()
      for id in UInt64(1)...4 { XCTAssertNil(producer.push(id)) }
      XCTAssertEqual(fast.drain(upTo: 9) { _ in }, 4)
      XCTAssertEqual(producer.push(5), 5)
      XCTAssertEqual(slow.end!.select(1), 1)
      XCTAssertNil(producer.push(5), "one place is free")
      XCTAssertEqual(producer.push(6), 6)
      slow.end = nil
      for id in UInt64(6)...8 { XCTAssertNil(producer.push(id), "only the fast one counts now") }
      XCTAssertEqual(producer.push(9), 9)
      var seen: [UInt64] = []
      XCTAssertEqual(fast.drain(upTo: 9) { seen.append($0) }, 4)
      XCTAssertEqual(seen, [5, 6, 7, 8])
    }
  }

  func testWhoJoinsLaterSeesWhatIsPushedFromThenOn() throws {
    let memory = TestArena()
    var channel = try pub(4, consumers: 2, memory, 0 &- 3)
    var early = try channel.sub()
    var producer = channel.pub()
    XCTAssertNil(producer.push(1))
    XCTAssertNil(producer.push(2))
    let late = EndBox(try producer.sub())
    XCTAssertThrowsError(try EndBox(producer.sub())) { XCTAssertEqual($0 as? QueueError, .endsOutOfRange(3)) }
    XCTAssertNil(late.end!.select(1))
    XCTAssertNil(producer.push(3))
    XCTAssertEqual(late.end!.select(1), 3)
    for id in UInt64(1)...3 { XCTAssertEqual(early.select(1), id) }
    // A number that is given back is given out again, at the present place.
    late.end = nil
    for id in UInt64(4)...9 {
      XCTAssertNil(producer.push(id))
      XCTAssertEqual(early.select(1), id)
    }
    var later = try producer.sub()
    for id in UInt64(10)...13 { XCTAssertNil(producer.push(id)) }
    XCTAssertEqual(producer.push(14), 14)
    XCTAssertEqual(early.drain(upTo: 4) { _ in }, 4)
    XCTAssertEqual(producer.push(14), 14, "the later one is not there yet")
    XCTAssertEqual(later.select(1), 10)
    XCTAssertNil(producer.push(14))
  }

  func testSixtyFourConsumersEachSeeEverything() throws {
    let memory = TestArena()
    var channel = try pub(8, consumers: 64, memory)
    let consumers = try (0..<64).map { _ in EndBox(try channel.sub()) }
    XCTAssertThrowsError(try EndBox(channel.sub()))
    var producer = channel.pub()
    for lap in 0..<UInt64(4) {
      XCTAssertEqual(producer.push(upTo: 9) { lap * 8 + UInt64($0) }, 8)
      for box in consumers {
        for index in 0..<UInt64(8) { XCTAssertEqual(box.end!.select(1), lap * 8 + index) }
      }
    }
  }

  func testAMessageIsLookedAtWhereItLies() throws {
    let memory = TestArena()
    var channel = try pub(2, consumers: 1, memory)
    var consumer = try channel.sub()
    var producer = channel.pub()
    XCTAssertNil(consumer.inspect { $0 })
    XCTAssertNil(producer.push(7))
    XCTAssertEqual(consumer.inspect { $0 + 1 }, 8)
    XCTAssertEqual(consumer.count, 1, "it is still there")
    XCTAssertEqual(consumer.select(1), 7)
    XCTAssertNil(consumer.inspect { $0 })
  }

  func testEachConsumerIsWokenItsOwnWay() throws {
    let memory = TestArena()
    let (one, two) = (WakeCounter(), WakeCounter())
    var channel = try pub(4, consumers: 2, memory)
    var first = try channel.sub(waiting: one.strategy)
    var producer = channel.pub()
    var second = try producer.sub(waiting: two.strategy)
    XCTAssertFalse(second.armWakeup())
    XCTAssertNil(producer.push(1))
    XCTAssertEqual([one.count, two.count], [0, 1])
    XCTAssertTrue(first.armWakeup(), "there is one")
    XCTAssertEqual(first.select(1), 1)
    XCTAssertFalse(first.armWakeup())
    XCTAssertNil(producer.push(2))
    XCTAssertEqual([one.count, two.count], [1, 1])
  }

  func testWithNobodyThereMessagesGoNowhereAndThenComeBack() throws {
    let memory = TestArena()
    var producer = try pub(4, consumers: 1, memory).pub()
    for id in 0..<UInt64(4) { XCTAssertNil(producer.push(id)) }
    XCTAssertEqual(producer.push(4), 4)
    var consumer = try producer.sub()
    XCTAssertNil(consumer.select(1))
    XCTAssertNil(producer.push(5))
    XCTAssertEqual(consumer.select(1), 5)
  }
}
