import Scheduling
import Streams
import TestSupport
import XCTest

final class PriorityBitmapTests: XCTestCase {
  func testEveryReadyTaskRunsOnceBeforeAnyRunsTwice() {
    var tasks = PriorityBitmap()
    for task in [2, 7, 40] {
      tasks.register(task: task, priority: 1)
      tasks.wake(task: task)
    }
    var order: [Int] = []
    for _ in 0..<9 {
      guard let task = tasks.select(.max) else { return XCTFail("three tasks are always ready") }
      order.append(task)
      tasks.wake(task: task)
    }
    XCTAssertEqual(order, [2, 7, 40, 2, 7, 40, 2, 7, 40])
  }

  func testAMoreUrgentTaskGoesFirst() {
    var tasks = PriorityBitmap()
    tasks.register(task: 0, priority: 5)
    tasks.register(task: 1, priority: 4)
    tasks.wake(task: 0)
    tasks.wake(task: 1)
    XCTAssertEqual(tasks.select(.max), 1)
    XCTAssertEqual(tasks.select(.max), 0)
    XCTAssertTrue(tasks.isEmpty)
  }

  func testWokenTwiceRunsOnce() {
    var tasks = PriorityBitmap()
    tasks.register(task: 63, priority: 7)
    tasks.wake(task: 63)
    tasks.wake(task: 63)
    XCTAssertEqual(tasks.select(.max), 63)
    XCTAssertNil(tasks.select(.max))
  }

  /// No ready task waits longer than one round of its priority, whatever is woken meanwhile.
  func testWaitIsBoundedByOneRound() {
    var random = SeededRandom()
    let seed = random.seed
    var tasks = PriorityBitmap()
    for task in 0..<64 { tasks.register(task: task, priority: 3) }
    var waiting: [Int: Int] = [:]
    for _ in 0..<20_000 {
      let woken = Int.random(in: 0..<64, using: &random)
      tasks.wake(task: woken)
      if waiting[woken] == nil { waiting[woken] = 0 }
      if Int.random(in: 0..<3, using: &random) > 0, let task = tasks.select(.max) {
        XCTAssertNotNil(waiting.removeValue(forKey: task), "selected without being woken, SEED=\(seed)")
        for other in waiting.keys { waiting[other]! += 1 }
        XCTAssertLessThanOrEqual(waiting.values.max() ?? 0, 64, "SEED=\(seed)")
      }
    }
  }
}
