import Buffers
import Streams
import TestSupport
import Timers
import Timing
import XCTest

final class DeadlineHeapTests: XCTestCase {
  func testNeverEarlyAndInOrder() throws {
    let memory = TestArena()
    var timers = try DeadlineHeap(keyCount: 4, in: &memory.arena)
    timers.set(key: 0, deadline: Instant(nanoseconds: 300))
    timers.set(key: 1, deadline: Instant(nanoseconds: 100))
    timers.set(key: 2, deadline: Instant(nanoseconds: 200))
    XCTAssertEqual(timers.nextDeadline, Instant(nanoseconds: 100))
    XCTAssertNil(timers.select(99))
    XCTAssertEqual(timers.select(250), 1)
    XCTAssertEqual(timers.select(250), 2)
    XCTAssertNil(timers.select(250))
    XCTAssertEqual(timers.nextDeadline, Instant(nanoseconds: 300))
  }

  func testSettingNeverCancels() throws {
    let memory = TestArena()
    var timers = try DeadlineHeap(keyCount: 2, in: &memory.arena)
    timers.set(key: 0, deadline: Instant(nanoseconds: 5))
    timers.set(key: 0, deadline: .never)
    XCTAssertEqual(timers.count, 0)
    XCTAssertEqual(timers.nextDeadline, .never)
  }

  func testAgainstASortedModel() throws {
    var random = SeededRandom()
    let seed = random.seed
    let memory = TestArena()
    let keyCount = 50
    var timers = try DeadlineHeap(keyCount: keyCount, in: &memory.arena)
    var model: [Int: UInt64] = [:]
    var now: UInt64 = 0
    for _ in 0..<50_000 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let key = Int.random(in: 0..<keyCount, using: &random)
        let deadline = now + UInt64.random(in: 0..<1_000, using: &random)
        timers.set(key: key, deadline: Instant(nanoseconds: deadline))
        model[key] = deadline
      case 2:
        let key = Int.random(in: 0..<keyCount, using: &random)
        timers.cancel(key: key)
        model[key] = nil
      default:
        now += UInt64.random(in: 0..<200, using: &random)
        while let key = timers.select(now) {
          let deadline = try XCTUnwrap(model.removeValue(forKey: key), "SEED=\(seed)")
          XCTAssertLessThanOrEqual(deadline, now, "early, SEED=\(seed)")
          XCTAssertGreaterThanOrEqual(model.values.min() ?? .max, deadline, "out of order, SEED=\(seed)")
        }
        XCTAssertGreaterThan(model.values.min() ?? .max, now, "late, SEED=\(seed)")
      }
      XCTAssertEqual(timers.count, model.count)
      XCTAssertEqual(timers.nextDeadline.nanoseconds, model.values.min() ?? .max, "SEED=\(seed)")
    }
  }
}
