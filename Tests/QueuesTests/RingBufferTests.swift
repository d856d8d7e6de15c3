import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

final class RingBufferTests: XCTestCase {
  func testGivesTheElementBackWhenFull() throws {
    let memory = TestArena()
    var ring = try RingBuffer<UInt8>(capacity: 2, in: &memory.arena)
    XCTAssertNil(ring.push(1))
    XCTAssertNil(ring.push(2))
    XCTAssertEqual(ring.push(3), 3)
    XCTAssertEqual(ring.count, 2)
    XCTAssertEqual(ring.droppedCount, 0)
  }

  func testDropsTheNewestWhenAsked() throws {
    let memory = TestArena()
    var ring = try RingBuffer<Int>(QueueProperties(capacity: 3, overflow: .dropNewest), in: &memory.arena)
    for value in 0..<5 { XCTAssertNil(ring.push(value)) }
    XCTAssertEqual(ring.droppedCount, 2)
    XCTAssertEqual(ring.takeLostCount(), 0, "the reader's messages are all there")
    XCTAssertEqual((0..<4).map { _ in ring.select(1) }, [0, 1, 2, nil])
  }

  func testDropsTheOldestAndTellsTheReaderHowMany() throws {
    let memory = TestArena()
    var ring = try RingBuffer<Int>(QueueProperties(capacity: 3, overflow: .dropOldest), in: &memory.arena)
    for value in 0..<5 { XCTAssertNil(ring.push(value)) }
    XCTAssertEqual(ring.takeLostCount(), 2)
    XCTAssertEqual(ring.takeLostCount(), 0)
    XCTAssertEqual(ring.select(1), 2)
    for value in 5..<7 { XCTAssertNil(ring.push(value)) }
    XCTAssertEqual(ring.takeLostCount(), 1)
    XCTAssertEqual(ring.droppedCount, 3)
    XCTAssertEqual((0..<4).map { _ in ring.select(1) }, [4, 5, 6, nil])
  }

  func testPressureIsToldOncePerCrossing() throws {
    let memory = TestArena()
    let properties = QueueProperties(capacity: 4, watermarks: Watermarks(low: 1, high: 3))
    var ring = try RingBuffer<Int>(properties, in: &memory.arena)
    for value in 0..<3 { _ = ring.push(value) }
    XCTAssertEqual(ring.pressureChange(), .on)
    XCTAssertNil(ring.pressureChange())
    _ = ring.select(1)
    XCTAssertNil(ring.pressureChange(), "2 is between the marks")
    _ = ring.select(1)
    XCTAssertEqual(ring.pressureChange(), .off)
  }

  func testRefusesBadProperties() throws {
    let memory = TestArena(byteCount: 1 << 12)
    let cases: [(QueueProperties, QueueError)] = [
      (QueueProperties(capacity: 0), .capacityOutOfRange(0)),
      (QueueProperties(capacity: -1), .capacityOutOfRange(-1)),
      (
        QueueProperties(capacity: QueueProperties.largestCapacity + 1),
        .capacityOutOfRange(QueueProperties.largestCapacity + 1)
      ),
      (QueueProperties(capacity: 2, batch: 3), .batchOutOfRange(3)),
      (
        QueueProperties(capacity: 2, watermarks: Watermarks(low: 1, high: 3)),
        .watermarksOutOfRange(low: 1, high: 3)
      ),
      (QueueProperties(capacity: 1 << 20), .memoryExhausted),
    ]
    for (properties, error) in cases {
      XCTAssertThrowsError(try Self.makeRing(properties, memory)) { XCTAssertEqual($0 as? QueueError, error) }
      XCTAssertThrowsError(try Self.makeDeque(properties, memory)) {
        XCTAssertEqual($0 as? QueueError, error)
      }
    }
    XCTAssertThrowsError(try Self.makeDeque(QueueProperties(capacity: 2, overflow: .dropOldest), memory)) {
      XCTAssertEqual($0 as? QueueError, .cannotDropOldest)
    }
  }

  private static func makeRing(_ properties: QueueProperties, _ memory: TestArena) throws -> Int {
    try Channel<Int>.create(.local, over: .vec, properties, in: &memory.arena).capacity
  }

  private static func makeDeque(_ properties: QueueProperties, _ memory: TestArena) throws -> Int {
    try Channel<Int>.create(.local, over: .vecDeque, properties, in: &memory.arena).capacity
  }

  /// Under every policy: what is refused comes back, what is dropped is dropped once, and what is left goes with the queue.
  func testOwnedMessagesBalance() throws {
    let memory = TestArena()
    for overflow in [OverflowPolicy.refuse, .dropNewest, .dropOldest] {
      let tally = TalliedMessage.Tally()
      do {
        let properties = QueueProperties(capacity: 5, overflow: overflow, firstSequence: .max - 3)
        var ring = try RingBuffer<TalliedMessage>(properties, in: &memory.arena)
        for number in 0..<20 {
          _ = ring.push(TalliedMessage(number, tally))
          XCTAssertEqual(tally.alive, ring.count)
          if number % 3 == 0 { _ = ring.select(1) }
          XCTAssertEqual(tally.alive, ring.count)
        }
        XCTAssertGreaterThan(ring.count, 0)
      }
      XCTAssertEqual(tally.alive, 0)
    }
  }

  func testAgainstAnArray() throws {
    var random = SeededRandom()
    let seed = random.seed
    for capacity in [1, 2, 3, 7, 64] {
      for first: UInt64 in [0, 1 << 32 - 5, .max - 5] {
        let memory = TestArena(byteCount: 1 << 16)
        let properties = QueueProperties(capacity: capacity, firstSequence: first)
        var ring = try RingBuffer<UInt64>(properties, in: &memory.arena)
        var model: [UInt64] = []
        for value in 0..<UInt64(2_000) {
          if Bool.random(using: &random) {
            let refused = ring.push(value)
            XCTAssertEqual(refused, model.count == capacity ? value : nil, "SEED=\(seed)")
            if refused == nil { model.append(value) }
          } else if case .ready(let taken) = ring.poll(at: .zero) {
            XCTAssertEqual(taken, model.removeFirst(), "SEED=\(seed)")
          } else {
            XCTAssertTrue(model.isEmpty, "SEED=\(seed)")
          }
          XCTAssertEqual(ring.count, model.count)
        }
      }
    }
  }

  /// A large one, filled, emptied, and filled again across its end.
  func testTheLargestOfTheTestedCapacities() throws {
    let memory = TestArena()
    let capacity = 65_536
    var ring = try RingBuffer<Int>(
      QueueProperties(capacity: capacity, firstSequence: .max - 1_000), in: &memory.arena)
    for value in 0..<capacity { XCTAssertNil(ring.push(value)) }
    XCTAssertEqual(ring.push(-1), -1)
    for value in 0..<capacity where ring.select(1) != value { return XCTFail("lost \(value)") }
    XCTAssertNil(ring.select(1))
  }
}
