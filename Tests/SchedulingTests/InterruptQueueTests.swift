import Scheduling
import Streams
import TestSupport
import XCTest

final class InterruptQueueTests: XCTestCase {
  func testTheMostUrgentMarkedSourceComesFirst() {
    var queue = InterruptQueue()
    queue.register(source: 3, priority: 2)
    queue.register(source: 9, priority: 0)
    queue.register(source: 63, priority: 2)
    queue.mark(1 << 3 | 1 << 9 | 1 << 63)
    XCTAssertEqual(queue.select(.max), 9)
    XCTAssertEqual(queue.select(.max), 3)
    XCTAssertEqual(queue.select(.max), 63)
    XCTAssertNil(queue.select(.max))
  }

  func testASourceMarkedAgainWhileServedIsServedAgain() {
    var queue = InterruptQueue()
    queue.register(source: 1, priority: 1)
    queue.mark(1 << 1)
    XCTAssertEqual(queue.select(.max), 1)
    queue.mark(1 << 1)
    XCTAssertEqual(queue.select(.max), 1)
    XCTAssertNil(queue.select(.max))
  }

  func testASourceWithoutAPriorityComesLast() {
    var queue = InterruptQueue()
    queue.register(source: 5, priority: 6)
    queue.mark(1 << 2 | 1 << 5)
    XCTAssertEqual(queue.select(.max), 5)
    XCTAssertEqual(queue.select(.max), 2)
  }

  func testTheLimitHidesLessUrgentSources() {
    var queue = InterruptQueue()
    queue.register(source: 1, priority: 1)
    queue.mark(1 << 1)
    XCTAssertNil(queue.select(1))
    XCTAssertEqual(queue.select(2), 1)
  }

  func testAgainstASortedModel() {
    var random = SeededRandom()
    let seed = random.seed
    for _ in 0..<300 {
      var queue = InterruptQueue()
      let priorities = (0..<64).map { _ in Int.random(in: 0..<8, using: &random) }
      for source in 0..<64 { queue.register(source: source, priority: priorities[source]) }
      var marked: Set<Int> = []
      for _ in 0..<200 {
        if Bool.random(using: &random) {
          let source = Int.random(in: 0..<64, using: &random)
          queue.mark(1 << UInt64(source))
          marked.insert(source)
        } else {
          let expected = marked.min { (priorities[$0], $0) < (priorities[$1], $1) }
          XCTAssertEqual(queue.select(.max), expected, "SEED=\(seed)")
          if let expected { marked.remove(expected) }
        }
      }
    }
  }
}
