import Buffers
import Scheduling
import Streams
import TestSupport
import XCTest

final class PriorityLevelsTests: XCTestCase {
  /// Each of the 256 levels has its place.
  func testAllLevelsInTheirOrder() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try PriorityLevels(workCount: 256, in: &memory.arena)
    for work in 0..<256 { rule.register(work, level: 255 - work) }
    var random = SeededRandom()
    for work in (0..<256).shuffled(using: &random) { rule.wake(work) }
    XCTAssertEqual((0..<256).map { _ in rule.select(.max) }, (0..<256).reversed(), "SEED=\(random.seed)")
    XCTAssertTrue(rule.isEmpty)
  }

  func testTheLimitHidesLessUrgentLevels() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try PriorityLevels(workCount: 3, in: &memory.arena)
    for (work, level) in [63, 64, 255].enumerated() {
      rule.register(work, level: level)
      rule.wake(work)
    }
    XCTAssertNil(rule.select(63))
    XCTAssertEqual(rule.select(64), 0)
    XCTAssertNil(rule.select(64))
    XCTAssertEqual(rule.select(65), 1)
    XCTAssertNil(rule.select(255))
    XCTAssertEqual(rule.select(256), 2)
  }

  func testANewLevelCountsFromTheNextWakeUp() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try PriorityLevels(workCount: 2, in: &memory.arena)
    rule.register(0, level: 5)
    rule.register(1, level: 6)
    rule.wake(0)
    rule.wake(1)
    rule.register(0, level: 9)
    XCTAssertEqual(rule.select(.max), 0, "it was ready at level 5")
    rule.wake(0)
    XCTAssertEqual(rule.select(.max), 1)
    XCTAssertEqual(rule.select(.max), 0)
  }

  func testInTurnWithinALevel() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var rule = try PriorityLevels(workCount: 70, in: &memory.arena)
    for work in [69, 3, 40] {
      rule.register(work, level: 200)
      rule.wake(work)
    }
    var order: [Int] = []
    for _ in 0..<6 {
      guard let work = rule.select(.max) else { return XCTFail("three are always ready") }
      order.append(work)
      rule.wake(work)
    }
    XCTAssertEqual(order, [69, 3, 40, 69, 3, 40])
  }
}
