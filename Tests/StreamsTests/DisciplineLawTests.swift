import Buffers
import Scheduling
import Streams
import TestSupport
import Timers
import Timing
import XCTest

/// What holds of every discipline: work that was put in is picked once, no work is made up, nothing is picked beyond
/// the limit, and when all is picked there is nothing.
final class DisciplineLawTests: XCTestCase {
  /// Picks until nothing is left; nothing when the discipline does not come to an end.
  private func pickAll<Rule: Discipline & ~Copyable>(_ rule: inout Rule, limit: UInt64) -> [Int]?
  where Rule.Work == Int {
    var picked: [Int] = []
    while let work = rule.select(limit) {
      picked.append(work)
      if picked.count > 1000 { return nil }
    }
    return picked
  }

  func testTheTaskSchedulerPicksEachReadyTaskOnce() {
    var random = SeededRandom()
    for _ in 0..<200 {
      var tasks = PriorityBitmap()
      for task in 0..<64 { tasks.register(task: task, priority: task % 8) }
      let bits = UInt64.random(in: 0...UInt64.max, using: &random)
      let ready = (0..<64).filter { bits & 1 << UInt64($0) != 0 }
      for task in ready + ready { tasks.wake(task: task) }
      XCTAssertNil(tasks.select(0), "SEED=\(random.seed)")
      let urgent = pickAll(&tasks, limit: 3)
      let rest = pickAll(&tasks, limit: .max)
      XCTAssertEqual(urgent?.sorted(), ready.filter { $0 % 8 < 3 }, "SEED=\(random.seed)")
      XCTAssertEqual(rest?.sorted(), ready.filter { $0 % 8 >= 3 }, "SEED=\(random.seed)")
    }
  }

  func testTheInterruptQueuePicksEachMarkOnce() {
    var random = SeededRandom()
    for _ in 0..<200 {
      var interrupts = InterruptQueue()
      for source in 0..<64 { interrupts.register(source: source, priority: source % 8) }
      let marks = UInt64.random(in: 0...UInt64.max, using: &random)
      interrupts.mark(marks)
      let picked = pickAll(&interrupts, limit: .max)
      let marked = (0..<64).filter { marks & 1 << UInt64($0) != 0 }
      XCTAssertEqual(picked?.sorted(), marked, "SEED=\(random.seed)")
      XCTAssertEqual(picked?.map { $0 % 8 }, marked.map { $0 % 8 }.sorted(), "the urgent ones first")
    }
  }

  func testTheTimersPickWhatIsDueAndNoMore() throws {
    var random = SeededRandom()
    let memory = TestArena(byteCount: 1 << 20)
    for _ in 0..<50 {
      var timers = try DeadlineHeap(keyCount: 32, in: &memory.arena)
      let deadlines = (0..<32).map { _ in UInt64.random(in: 1...1000, using: &random) }
      for (key, deadline) in deadlines.enumerated() {
        timers.set(key: key, deadline: Instant(nanoseconds: deadline))
      }
      let now = UInt64.random(in: 0...1000, using: &random)
      let due = pickAll(&timers, limit: now)
      let late = pickAll(&timers, limit: .max - 1)
      XCTAssertEqual(due?.sorted(), (0..<32).filter { deadlines[$0] <= now }, "SEED=\(random.seed)")
      XCTAssertEqual(late?.sorted(), (0..<32).filter { deadlines[$0] > now }, "SEED=\(random.seed)")
      XCTAssertEqual(
        due?.map { deadlines[$0] }, deadlines.filter { $0 <= now }.sorted(), "the earliest first")
    }
  }

  /// The control: a discipline that picks the same work again is noticed.
  func testADisciplineThatRepeatsItselfIsNoticed() {
    struct Broken: Discipline {
      mutating func select(_ limit: UInt64) -> Int? { limit > 0 ? 1 : nil }
    }
    var broken = Broken()
    XCTAssertNil(pickAll(&broken, limit: 1))
  }
}
