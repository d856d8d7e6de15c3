import Buffers
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

final class RoundRobinTests: XCTestCase {
  func testEveryReadyWorkIsPickedOnceBeforeAnyIsPickedTwice() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try RoundRobin(taskCount: 5, in: &memory.arena)
    for work in [4, 0, 2] { rule.wake(work, at: .zero) }
    var order: [Int] = []
    for _ in 0..<6 {
      guard let work = rule.select(1) else { return XCTFail("three are always ready") }
      order.append(work)
      rule.wake(work, at: .zero)
    }
    XCTAssertEqual(order, [4, 0, 2, 4, 0, 2])
  }

  func testWokenTwiceIsPickedOnceAndABudgetOfNothingPicksNothing() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try RoundRobin(taskCount: 1, in: &memory.arena)
    XCTAssertTrue(rule.isEmpty)
    rule.wake(0, at: .zero)
    rule.wake(0, at: .zero)
    XCTAssertNil(rule.select(0))
    XCTAssertFalse(rule.isEmpty)
    XCTAssertEqual(rule.select(1), 0)
    XCTAssertNil(rule.select(.max))
    XCTAssertTrue(rule.isEmpty)
  }

  func testManyMoreThanAWordHasBits() throws {
    let memory = TestArena()
    let count = 100_000
    var rule = try RoundRobin(taskCount: count, in: &memory.arena)
    for work in (0..<count).reversed() { rule.wake(work, at: .zero) }
    for work in (0..<count).reversed() where rule.select(1) != work { return XCTFail("not in turn: \(work)") }
    XCTAssertTrue(rule.isEmpty)
  }

  func testAnArenaThatIsTooSmallIsSaidSo() {
    let memory = TestArena(byteCount: 1 << 12)
    XCTAssertThrowsError(try makeRule(1 << 20, memory)) { XCTAssertEqual($0 as? ArenaError, .exhausted) }
    XCTAssertNoThrow(try makeRule(0, memory))
  }

  private func makeRule(_ workCount: Int, _ memory: TestArena) throws {
    let rule = try RoundRobin(taskCount: workCount, in: &memory.arena)
    XCTAssertEqual(rule.taskCount, workCount)
  }
}
