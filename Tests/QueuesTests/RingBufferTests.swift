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
  }

  func testAgainstAnArray() throws {
    var random = SeededRandom()
    let seed = random.seed
    for capacity in [1, 2, 3, 7, 64] {
      let memory = TestArena()
      var ring = try RingBuffer<UInt64>(capacity: capacity, in: &memory.arena)
      var model: [UInt64] = []
      for value in 0..<UInt64(5_000) {
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
