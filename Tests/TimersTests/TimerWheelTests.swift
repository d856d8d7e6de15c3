import Buffers
import Streams
import TestSupport
import Timers
import Timing
import XCTest

/// What the wheel promises, case by case.
final class TimerWheelTests: XCTestCase {
  func testNeverEarlyAndInOrder() throws {
    let memory = TestArena()
    var timers = try TimerWheel(keyCount: 4, in: &memory.arena)
    for (key, deadline) in [300, 100, 200].enumerated() {
      timers.set(key: key, deadline: Instant(nanoseconds: UInt64(deadline)))
    }
    XCTAssertNil(timers.select(99))
    XCTAssertEqual(timers.nextDeadline, Instant(nanoseconds: 100))
    XCTAssertEqual(timers.select(250), 1)
    XCTAssertEqual(timers.select(250), 2)
    XCTAssertNil(timers.select(250))
    XCTAssertEqual(timers.count, 1)
    XCTAssertEqual(timers.select(300), 0)
    XCTAssertEqual(timers.nextDeadline, .never)
  }

  func testEqualDeadlinesComeInOrderOfSetting() throws {
    for start: UInt64 in [0, 1 << 40 - 1] {
      let memory = TestArena()
      var timers = try TimerWheel(keyCount: 100, in: &memory.arena)
      let due = start + 5_000
      XCTAssertNil(timers.select(start))
      for key in 0..<50 { timers.set(key: key, deadline: Instant(nanoseconds: due)) }
      XCTAssertNil(timers.select(due - 1))
      for key in 50..<100 { timers.set(key: key, deadline: Instant(nanoseconds: due)) }
      timers.set(key: 7, deadline: .never)
      timers.set(key: 7, deadline: Instant(nanoseconds: due))
      timers.set(key: 8, deadline: Instant(nanoseconds: due))
      let expected = (0..<100).filter { $0 != 7 } + [7]
      XCTAssertEqual((0..<100).map { _ in timers.select(due) }, expected)
    }
  }

  func testSettingNeverCancels() throws {
    let memory = TestArena()
    var timers = try TimerWheel(keyCount: 2, in: &memory.arena)
    timers.set(key: 0, deadline: Instant(nanoseconds: 5))
    XCTAssertEqual(timers.deadline(of: 0), Instant(nanoseconds: 5))
    timers.set(key: 0, deadline: .never)
    timers.set(key: 1, deadline: .never)
    timers.cancel(key: 1)
    XCTAssertEqual(timers.count, 0)
    XCTAssertEqual(timers.nextDeadline, .never)
    XCTAssertEqual(timers.deadline(of: 0), .never)
    XCTAssertNil(timers.select(.max))
  }

  func testThePastIsDueAtOnceAndCounted() throws {
    let memory = TestArena()
    var timers = try TimerWheel(keyCount: 3, in: &memory.arena)
    XCTAssertNil(timers.select(1_000))
    timers.set(key: 0, deadline: Instant(nanoseconds: 1_000))
    XCTAssertEqual(timers.lateCount, 0)
    timers.set(key: 1, deadline: Instant(nanoseconds: 10))
    XCTAssertEqual(timers.lateCount, 1)
    XCTAssertEqual(timers.nextDeadline, Instant(nanoseconds: 1_000))
    XCTAssertEqual(timers.deadline(of: 1), Instant(nanoseconds: 1_000))
    XCTAssertEqual(timers.select(1_000), 0)
    XCTAssertEqual(timers.select(1_000), 1)
  }

  func testTheWholeRangeOfTheClock() throws {
    let memory = TestArena()
    var timers = try TimerWheel(keyCount: 64, in: &memory.arena)
    for key in 0..<64 { timers.set(key: key, deadline: Instant(nanoseconds: 1 << UInt64(key))) }
    timers.set(key: 0, deadline: Instant(nanoseconds: .max - 1))
    for key in 1..<64 {
      XCTAssertNil(timers.select(1 << UInt64(key) - 1))
      XCTAssertEqual(timers.select(1 << UInt64(key)), key)
    }
    XCTAssertNil(timers.select(.max - 2))
    XCTAssertEqual(timers.select(.max - 1), 0)
    XCTAssertNil(timers.select(.max))
  }

  func testFirstIsFoundAfterALongSleep() throws {
    let memory = TestArena()
    var timers = try TimerWheel(keyCount: 1, in: &memory.arena)
    XCTAssertNil(timers.select(1 << 48))
    timers.set(key: 0, deadline: Instant(nanoseconds: 1 << 48 + 3))
    XCTAssertEqual(timers.nextDeadline.nanoseconds, 1 << 48 + 3, "near the present, deadlines are exact")
  }
}
