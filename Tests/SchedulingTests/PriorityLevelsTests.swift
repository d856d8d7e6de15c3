import Buffers
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

final class PriorityLevelsTests: XCTestCase {
  /// Each of the 256 levels has its place.
  func testAllLevelsInTheirOrder() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try PriorityLevels(taskCount: 256, in: &memory.arena)
    for work in 0..<256 { rule.admit(work, TaskAttributes(level: UInt8(255 - work))) }
    var random = SeededRandom()
    for work in (0..<256).shuffled(using: &random) { rule.wake(work, at: .zero) }
    XCTAssertEqual((0..<256).map { _ in rule.select(.max) }, (0..<256).reversed(), "SEED=\(random.seed)")
    XCTAssertTrue(rule.isEmpty)
  }

  func testTheLimitHidesLessUrgentLevels() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try PriorityLevels(taskCount: 3, in: &memory.arena)
    for (work, level) in [63, 64, 255].enumerated() {
      rule.admit(work, TaskAttributes(level: UInt8(level)))
      rule.wake(work, at: .zero)
    }
    XCTAssertNil(rule.select(63))
    XCTAssertEqual(rule.select(64), 0)
    XCTAssertNil(rule.select(64))
    XCTAssertEqual(rule.select(65), 1)
    XCTAssertNil(rule.select(255))
    XCTAssertEqual(rule.select(256), 2)
  }

  /// A number is given again, to a task of another level, when the task before it is not ready any more.
  func testANumberIsAdmittedAgainWithAnotherLevel() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try PriorityLevels(taskCount: 2, in: &memory.arena)
    rule.admit(0, TaskAttributes(level: 5))
    rule.admit(1, TaskAttributes(level: 6))
    rule.wake(0, at: .zero)
    rule.wake(1, at: .zero)
    rule.withdraw(0)
    rule.admit(0, TaskAttributes(level: 9))
    rule.wake(0, at: .zero)
    XCTAssertEqual((0..<3).map { _ in rule.select(.max) }, [1, 0, nil])
  }

  func testInTurnWithinALevel() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try PriorityLevels(taskCount: 70, in: &memory.arena)
    for work in [69, 3, 40] {
      rule.admit(work, TaskAttributes(level: 200))
      rule.wake(work, at: .zero)
    }
    var order: [Int] = []
    for _ in 0..<6 {
      guard let work = rule.select(.max) else { return XCTFail("three are always ready") }
      order.append(work)
      rule.wake(work, at: .zero)
    }
    XCTAssertEqual(order, [69, 3, 40, 69, 3, 40])
  }

  /// Also when tasks are withdrawn from anywhere, and their numbers given to tasks of other levels.
  func testAgainstASortedModel() throws {
    var random = SeededRandom()
    let seed = random.seed
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try PriorityLevels(taskCount: 40, in: &memory.arena)
    let choice: [UInt8] = [0, 1, 63, 64, 128, 191, 192, 255]
    var levels = Array(repeating: TaskAttributes().level, count: 40)
    // In order of arrival.
    var ready: [Int] = []
    for step in 0..<20_000 {
      let task = Int.random(in: 0..<40, using: &random)
      // Now and then more is woken than picked, and then less: both the first task and full lists are tried.
      let isBusy = step / 500 % 2 == 0
      switch Int.random(in: 0..<12, using: &random) {
      case 0..<(isBusy ? 6 : 4):
        rule.wake(task, at: .zero)
        if !ready.contains(task) { ready.append(task) }
      case 6:
        rule.withdraw(task)
        ready.removeAll { $0 == task }
        levels[task] = choice.randomElement(using: &random)!
        rule.admit(task, TaskAttributes(level: levels[task]))
      default:
        let limit = Int.random(in: 0..<400, using: &random)
        let first = ready.min { levels[$0] < levels[$1] }
        let expected = first.flatMap { Int(levels[$0]) < limit ? $0 : nil }
        XCTAssertEqual(rule.select(limit > 256 ? .max : UInt64(limit)), expected, "SEED=\(seed)")
        ready.removeAll { $0 == expected }
      }
      XCTAssertEqual(rule.isEmpty, ready.isEmpty, "SEED=\(seed)")
    }
  }
}
