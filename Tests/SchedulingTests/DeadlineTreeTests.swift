import Buffers
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

final class DeadlineTreeTests: XCTestCase {
  private func instant(_ nanoseconds: UInt64) -> Instant { Instant(nanoseconds: nanoseconds) }

  /// A tree whose tasks are as patient as said, in nanoseconds.
  private func makeTree(_ patience: [UInt64], _ memory: TestArena) throws -> DeadlineTree {
    var rule = try DeadlineTree(taskCount: patience.count, in: &memory.arena)
    for (task, patience) in patience.enumerated() {
      rule.admit(task, TaskAttributes(patience: Duration(nanoseconds: patience)))
    }
    return rule
  }

  func testTheEarliestDeadlineGoesFirstHoweverFarItIs() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try makeTree([300, 10, .max, 100], memory)
    rule.wake(0, at: .zero)
    rule.wake(1, at: instant(90))
    rule.wake(2, at: .zero)
    rule.wake(3, at: instant(100))
    XCTAssertEqual(rule.earliestDeadline, instant(100))
    XCTAssertEqual((0..<5).map { _ in rule.select(.max) }, [1, 3, 0, 2, nil])
    XCTAssertNil(rule.earliestDeadline)
    XCTAssertTrue(rule.isEmpty)
  }

  func testTheLimitLeavesWhatCanWait() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try makeTree([100, .max], memory)
    rule.wake(0, at: .zero)
    rule.wake(1, at: .zero)
    XCTAssertNil(rule.select(0))
    XCTAssertNil(rule.select(99))
    XCTAssertEqual(rule.select(100), 0)
    XCTAssertNil(rule.select(.max - 1), "it has no deadline at all")
    XCTAssertEqual(rule.select(.max), 1)
  }

  func testEqualDeadlinesInOrderOfArrival() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try makeTree(Array(repeating: 7, count: 9), memory)
    let arrivals = [5, 2, 8, 0, 7, 1, 3, 6, 4]
    for task in arrivals { rule.wake(task, at: .zero) }
    rule.wake(5, at: .zero)
    XCTAssertEqual((0..<9).map { _ in rule.select(.max) }, arrivals, "woken again, 5 keeps its place")
  }

  /// The deadline is that of the first wake-up since it was picked.
  func testWokenAgainItKeepsItsDeadlineAndWithdrawnItIsGone() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try makeTree([7, 7, 7], memory)
    for task in 0..<3 { rule.wake(task, at: .zero) }
    rule.wake(0, at: instant(8))
    XCTAssertEqual(rule.earliestDeadline, instant(7))
    rule.withdraw(1)
    rule.withdraw(1)
    XCTAssertEqual(rule.count, 2)
    XCTAssertEqual((0..<3).map { _ in rule.select(.max) }, [0, 2, nil])
  }

  func testAgainstASortedModel() throws {
    var random = SeededRandom()
    let seed = random.seed
    let memory = TestArena(byteCount: 1 << 16)
    let patience = (0..<60).map { _ in UInt64.random(in: 0...20, using: &random) }
    var rule = try makeTree(patience, memory)
    var model: [(task: Int, deadline: UInt64)] = []
    for step in 0..<10_000 {
      let now = UInt64(step / 3)
      let task = Int.random(in: 0..<60, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1:
        rule.wake(task, at: instant(now))
        if !model.contains(where: { $0.task == task }) { model.append((task, now + patience[task])) }
      case 2:
        rule.withdraw(task)
        model.removeAll { $0.task == task }
      default:
        let limit = now + UInt64.random(in: 0...25, using: &random)
        // Of equal ones `min` gives the first, which came first.
        let first = model.min { $0.deadline < $1.deadline }
        let expected = first.flatMap { $0.deadline <= limit ? $0.task : nil }
        XCTAssertEqual(rule.select(limit), expected, "SEED=\(seed)")
        model.removeAll { $0.task == expected }
      }
      XCTAssertEqual(rule.count, model.count, "SEED=\(seed)")
      XCTAssertEqual(rule.earliestDeadline?.nanoseconds, model.map(\.deadline).min(), "SEED=\(seed)")
    }
  }
}
