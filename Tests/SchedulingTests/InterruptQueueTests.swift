import Buffers
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

final class InterruptQueueTests: XCTestCase {
  private func instant(_ nanoseconds: Int) -> Instant { Instant(nanoseconds: UInt64(nanoseconds)) }

  func testTheMostUrgentMarkedSourceComesFirst() throws {
    let memory = TestArena(byteCount: 1 << 14)
    var queue = try InterruptQueue(in: &memory.arena)
    queue.register(source: 3, priority: 2)
    queue.register(source: 9, priority: 0)
    queue.register(source: 63, priority: 2)
    for (time, source) in [63, 3, 9].enumerated() { queue.mark(source, at: instant(time)) }
    XCTAssertEqual(queue.markedSources, 1 << 3 | 1 << 9 | 1 << 63)
    XCTAssertEqual((0..<4).map { _ in queue.select(.max) }, [9, 63, 3, nil])
    XCTAssertEqual(queue.arrival(of: 3), instant(1))
  }

  /// However late each is told of: a turn finds marks by their numbers.
  func testEqualSourcesComeInOrderOfArrival() throws {
    let memory = TestArena(byteCount: 1 << 14)
    var queue = try InterruptQueue(in: &memory.arena)
    queue.mark(1, at: instant(30))
    queue.mark(2, at: instant(10))
    queue.mark(3, at: instant(20))
    XCTAssertEqual((0..<3).map { _ in queue.select(.max) }, [2, 3, 1])
  }

  func testAQueuedSourceKeepsItsArrivalAndOneThatWasPickedArrivesAnew() throws {
    let memory = TestArena(byteCount: 1 << 14)
    var queue = try InterruptQueue(in: &memory.arena)
    queue.mark(1, at: instant(10))
    queue.mark(2, at: instant(20))
    queue.mark(1, at: instant(30))
    XCTAssertEqual(queue.select(.max), 1)
    queue.mark(1, at: instant(40))
    XCTAssertEqual((0..<3).map { _ in queue.select(.max) }, [2, 1, nil])
    XCTAssertEqual(queue.arrival(of: 1), instant(40))
  }

  func testASourceWithoutAPriorityComesLast() throws {
    let memory = TestArena(byteCount: 1 << 14)
    var queue = try InterruptQueue(in: &memory.arena)
    queue.register(source: 5, priority: 6)
    queue.mark(2, at: .zero)
    queue.mark(5, at: instant(1))
    XCTAssertEqual((0..<2).map { _ in queue.select(.max) }, [5, 2])
  }

  func testTheLimitHidesLessUrgentSources() throws {
    let memory = TestArena(byteCount: 1 << 14)
    var queue = try InterruptQueue(in: &memory.arena)
    queue.register(source: 1, priority: 1)
    queue.mark(1, at: .zero)
    XCTAssertNil(queue.select(0))
    XCTAssertNil(queue.select(1))
    XCTAssertEqual(queue.select(2), 1)
  }

  func testAgainstASortedModel() throws {
    var random = SeededRandom()
    let seed = random.seed
    for _ in 0..<100 {
      let memory = TestArena(byteCount: 1 << 14)
      var queue = try InterruptQueue(in: &memory.arena)
      let priorities = (0..<64).map { _ in Int.random(in: 0..<8, using: &random) }
      for source in 0..<64 { queue.register(source: source, priority: priorities[source]) }
      var arrivals: [Int: Int] = [:]
      for step in 0..<400 {
        if Int.random(in: 0..<5, using: &random) < 3 {
          let source = Int.random(in: 0..<64, using: &random)
          // Told of in another order than they came, some at once.
          let arrival = step + Int.random(in: 0..<10, using: &random)
          queue.mark(source, at: instant(arrival))
          if arrivals[source] == nil { arrivals[source] = arrival }
        } else {
          let limit = Int.random(in: 0..<12, using: &random)
          let expected = arrivals.filter { priorities[$0.key] < limit }
            .min { (priorities[$0.key], $0.value, $0.key) < (priorities[$1.key], $1.value, $1.key) }?.key
          XCTAssertEqual(queue.select(limit > 8 ? .max : UInt64(limit)), expected, "SEED=\(seed)")
          if let expected { arrivals[expected] = nil }
        }
      }
    }
  }
}
