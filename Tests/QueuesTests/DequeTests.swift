import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

final class DequeTests: XCTestCase {
  func testTwoEnds() throws {
    let memory = TestArena()
    var deque = try Deque<Int>(QueueProperties(capacity: 3), in: &memory.arena)
    XCTAssertNil(deque.pushBack(2))
    XCTAssertNil(deque.pushFront(1))
    XCTAssertNil(deque.pushBack(3))
    XCTAssertEqual(deque.pushFront(0), 0, "full")
    XCTAssertEqual(deque.pushBack(4), 4, "full")
    XCTAssertEqual(deque.popBack(), 3)
    XCTAssertEqual(deque.popFront(), 1)
    XCTAssertEqual(deque.popFront(), 2)
    XCTAssertNil(deque.popFront())
    XCTAssertNil(deque.popBack())
  }

  func testAsAStreamAndADisciplineItGivesItsFront() throws {
    let memory = TestArena()
    var deque = try Deque<Int>(QueueProperties(capacity: 3, overflow: .dropNewest), in: &memory.arena)
    for value in 1...5 { XCTAssertNil(deque.push(value)) }
    XCTAssertEqual(deque.droppedCount, 2)
    XCTAssertNil(deque.select(0))
    XCTAssertEqual(deque.select(1), 1)
    guard case .ready(2) = deque.poll(at: .zero) else { return XCTFail("2 is there") }
    XCTAssertEqual(deque.count, 1)
  }

  func testAgainstAnArray() throws {
    var random = SeededRandom()
    let seed = random.seed
    for capacity in [1, 2, 3, 7, 64] {
      for first: UInt64 in [0, 1 << 32 - 5, .max - 5] {
        let memory = TestArena(byteCount: 1 << 16)
        let properties = QueueProperties(capacity: capacity, firstSequence: first)
        var deque = try Deque<Int>(properties, in: &memory.arena)
        var model: [Int] = []
        for value in 0..<2_000 {
          let refusal = model.count == capacity ? value : nil
          switch Int.random(in: 0..<4, using: &random) {
          case 0:
            XCTAssertEqual(deque.pushFront(value), refusal, "SEED=\(seed)")
            if refusal == nil { model.insert(value, at: 0) }
          case 1:
            XCTAssertEqual(deque.pushBack(value), refusal, "SEED=\(seed)")
            if refusal == nil { model.append(value) }
          case 2: XCTAssertEqual(deque.popFront(), model.isEmpty ? nil : model.removeFirst(), "SEED=\(seed)")
          default: XCTAssertEqual(deque.popBack(), model.popLast(), "SEED=\(seed)")
          }
          XCTAssertEqual(deque.count, model.count)
        }
      }
    }
  }

  func testOwnedMessagesBalance() throws {
    let memory = TestArena()
    let tally = TalliedMessage.Tally()
    do {
      var deque = try Deque<TalliedMessage>(
        QueueProperties(capacity: 4, firstSequence: 1), in: &memory.arena)
      for number in 0..<6 {
        _ = deque.pushFront(TalliedMessage(number, tally))
        XCTAssertEqual(tally.alive, min(number + 1, 4))
      }
      XCTAssertEqual(number(of: deque.popBack()), 0)
      XCTAssertEqual(tally.alive, 3)
    }
    XCTAssertEqual(tally.alive, 0)
  }
}
