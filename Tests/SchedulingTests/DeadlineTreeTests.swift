import Buffers
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

final class DeadlineTreeTests: XCTestCase {
  private func instant(_ nanoseconds: UInt64) -> Instant { Instant(nanoseconds: nanoseconds) }

  func testTheEarliestDeadlineGoesFirstHoweverFarItIs() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try DeadlineTree(workCount: 4, in: &memory.arena)
    rule.wake(0, deadline: instant(300))
    rule.wake(1, deadline: instant(100))
    rule.wake(2, deadline: .never)
    rule.wake(3, deadline: instant(200))
    XCTAssertEqual(rule.earliestDeadline, instant(100))
    XCTAssertEqual((0..<5).map { _ in rule.select(.max) }, [1, 3, 0, 2, nil])
    XCTAssertNil(rule.earliestDeadline)
  }

  func testTheLimitLeavesWhatCanWait() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try DeadlineTree(workCount: 2, in: &memory.arena)
    rule.wake(0, deadline: instant(100))
    rule.wake(1, deadline: .never)
    XCTAssertNil(rule.select(0))
    XCTAssertNil(rule.select(99))
    XCTAssertEqual(rule.select(100), 0)
    XCTAssertNil(rule.select(.max - 1), "it has no deadline at all")
    XCTAssertEqual(rule.select(.max), 1)
  }

  func testEqualDeadlinesInOrderOfArrival() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try DeadlineTree(workCount: 9, in: &memory.arena)
    let arrivals = [5, 2, 8, 0, 7, 1, 3, 6, 4]
    for work in arrivals { rule.wake(work, deadline: instant(7)) }
    rule.wake(5, deadline: instant(7))
    XCTAssertEqual((0..<9).map { _ in rule.select(.max) }, arrivals, "said again, 5 keeps its place")
  }

  func testAnotherDeadlineIsAnotherArrivalAndWithdrawnWorkIsGone() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try DeadlineTree(workCount: 3, in: &memory.arena)
    for work in 0..<3 { rule.wake(work, deadline: instant(7)) }
    rule.wake(0, deadline: instant(8))
    rule.wake(0, deadline: instant(7))
    rule.withdraw(1)
    rule.withdraw(1)
    XCTAssertEqual(rule.count, 2)
    XCTAssertEqual((0..<3).map { _ in rule.select(.max) }, [2, 0, nil])
  }

  func testAgainstASortedModel() throws {
    var random = SeededRandom()
    let seed = random.seed
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try DeadlineTree(workCount: 60, in: &memory.arena)
    var model: [(work: Int, deadline: UInt64)] = []
    for _ in 0..<10_000 {
      let work = Int.random(in: 0..<60, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1:
        let deadline = UInt64.random(in: 1...20, using: &random)
        rule.wake(work, deadline: instant(deadline))
        if model.contains(where: { $0 == (work, deadline) }) { break }
        model.removeAll { $0.work == work }
        model.append((work, deadline))
      case 2:
        rule.withdraw(work)
        model.removeAll { $0.work == work }
      default:
        let limit = UInt64.random(in: 0...25, using: &random)
        // Of equal ones `min` gives the first, which came first.
        let first = model.min { $0.deadline < $1.deadline }
        let expected = first.flatMap { $0.deadline <= limit ? $0.work : nil }
        XCTAssertEqual(rule.select(limit), expected, "SEED=\(seed)")
        model.removeAll { $0.work == expected }
      }
      XCTAssertEqual(rule.count, model.count, "SEED=\(seed)")
      XCTAssertEqual(rule.earliestDeadline?.nanoseconds, model.map(\.deadline).min(), "SEED=\(seed)")
    }
  }
}
