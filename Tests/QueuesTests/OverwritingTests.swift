import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// What a reader that was overtaken finds and learns.
final class OverwritingTests: XCTestCase {
  func testLostCounts() throws {
    // Capacity, messages pushed before each read, what is read then, and how many were lost before.
    let table: [(capacity: Int, pushes: Int, first: UInt64, lost: UInt64)] = [
      (1, 1, 1, 0), (1, 2, 2, 1), (1, 9, 9, 8), (2, 2, 1, 0), (2, 3, 2, 1), (2, 7, 6, 5), (3, 3, 1, 0),
      (3, 4, 2, 1), (3, 6, 4, 3), (3, 7, 5, 4), (5, 5_000, 4_996, 4_995), (8, 8, 1, 0), (8, 9, 2, 1),
      (8, 16, 9, 8), (8, 17, 10, 9), (1_000, 1_001, 2, 1),
    ]
    for row in table {
      for first in [0, 1 << 32 &- 2, 1 << 62, 1 << 63 &- 2, 0 &- 2] as [UInt64] {
        let memory = TestArena()
        let properties = QueueProperties(capacity: row.capacity, overflow: .dropOldest, firstSequence: first)
        var ends = try Channel<ByteMessage>.create(
          .link, over: .overwritingVec, properties, in: &memory.arena
        ).link()
        for id in 1...UInt64(row.pushes) { XCTAssertNil(ends.producer.push(ByteMessage(id))) }
        XCTAssertEqual(ends.consumer.takeLostCount(), 0, "it has not looked yet")
        XCTAssertEqual(ends.consumer.select(1)?.id, row.first, "\(row)")
        XCTAssertEqual(ends.consumer.takeLostCount(), row.lost, "\(row)")
        XCTAssertEqual(ends.consumer.takeLostCount(), 0, "told once")
        var expected = row.first
        while let message = ends.consumer.select(1) {
          expected += 1
          XCTAssertEqual(message.id, expected, "\(row)")
        }
        XCTAssertEqual(expected, UInt64(row.pushes), "\(row)")
        XCTAssertEqual(ends.consumer.takeLostCount(), 0, "\(row)")
      }
    }
  }

  func testReadersLoseEachTheirOwn() throws {
    let memory = TestArena()
    let properties = QueueProperties(capacity: 4, overflow: .dropOldest)
    var pub = try Channel<UInt64>.create(
      .pub, over: .overwritingVec, consumers: 3, properties, in: &memory.arena)
    var fast = try pub.sub()
    var slow = try pub.sub()
    var producer = pub.pub()
    for id in UInt64(1)...10 {
      XCTAssertNil(producer.push(id))
      XCTAssertEqual(fast.select(1), id)
    }
    var late = try producer.sub()
    XCTAssertNil(late.select(1), "it sees what is pushed from now on")
    XCTAssertNil(producer.push(11))
    XCTAssertEqual(late.select(1), 11)
    XCTAssertEqual(slow.select(1), 8)
    XCTAssertEqual([fast.takeLostCount(), slow.takeLostCount(), late.takeLostCount()], [0, 7, 0])
    XCTAssertEqual(producer.droppedCount, 0)
  }

  func testMessagesOfEverySizeArriveWhole() throws {
    try expectWhole(of: 0, Void.self) { _ in
      ()
    } read: { _ in
      0
    }
    try expectWhole(of: 1, UInt8.self) {
      UInt8(truncatingIfNeeded: $0)
    } read: {
      UInt64($0)
    }
    try expectWhole(of: 4, UInt32.self) {
      UInt32(truncatingIfNeeded: $0)
    } read: {
      UInt64($0)
    }
    try expectWhole(of: 8, UInt64.self) {
      $0
    } read: {
      $0
    }
    try expectWhole(of: 42, ByteMessage.self) {
      ByteMessage($0)
    } read: {
      $0.id
    }
  }

  private func expectWhole<Message: BitwiseCopyable>(
    of size: Int, _ type: Message.Type, _ make: (UInt64) -> Message, read: (Message) -> UInt64
  ) throws {
    XCTAssertEqual(MemoryLayout<Message>.size, size)
    let memory = TestArena()
    var ends = try Channel<Message>.create(
      .link, over: .overwritingVec, QueueProperties(capacity: 3, overflow: .dropOldest), in: &memory.arena
    ).link()
    for number in 0..<UInt64(200) {
      XCTAssertNil(ends.producer.push(make(number)))
      XCTAssertEqual(ends.consumer.select(1).map(read), size == 0 ? 0 : number)
    }
  }
}
