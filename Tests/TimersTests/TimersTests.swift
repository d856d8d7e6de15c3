import Buffers
import Streams
import TestSupport
import Timers
import Timing
import XCTest

/// A core's timers: who is woken when, and which ticks there are then.
final class TimersTests: XCTestCase {
  private let memory = TestArena()

  private func makeTimers(timerCount: Int = 4) throws -> Timers {
    try Timers(taskCount: 10, timerCount: timerCount, in: &memory.arena)
  }

  private func at(_ nanoseconds: UInt64) -> Instant { Instant(nanoseconds: nanoseconds) }

  func testTasksAndTimersAreWokenInOrder() throws {
    var timers = try makeTimers()
    timers.set(task: 1, deadline: at(200))
    _ = try timers.create(once: at(100), task: 2)
    _ = try timers.create(every: .nanoseconds(80), startingAt: at(150), task: 3)
    XCTAssertEqual(timers.count, 3)
    XCTAssertLessThanOrEqual(timers.nextDeadline, at(100))
    XCTAssertNil(timers.select(99))
    XCTAssertEqual(timers.wakeUps(at: 220), [2, 3, 1])
    XCTAssertEqual(timers.wakeUps(at: 230), [3])
    XCTAssertEqual(timers.count, 1)
  }

  func testATimerGivesItsTicks() throws {
    var timers = try makeTimers()
    let id = try timers.create(every: .nanoseconds(10), startingAt: at(100), task: 3, missed: .burst)
    XCTAssertEqual(timers.answer(id, at: 99), .pending)
    XCTAssertEqual(timers.wakeUps(at: 115), [3])
    XCTAssertEqual(timers.answer(id, at: 115), .tick(Tick(due: at(100), number: 0)))
    XCTAssertEqual(timers.answer(id, at: 115), .tick(Tick(due: at(110), number: 1)))
    XCTAssertEqual(timers.answer(id, at: 115), .pending)
    XCTAssertEqual(timers.wakeUps(at: 119), [])
    XCTAssertEqual(timers.wakeUps(at: 120), [3])
  }

  func testATickTakenBeforeItsWakeUpWakesNobody() throws {
    var timers = try makeTimers()
    let id = try timers.create(every: .nanoseconds(10), startingAt: at(100), task: 3)
    XCTAssertEqual(timers.answer(id, at: 100), .tick(Tick(due: at(100), number: 0)))
    XCTAssertEqual(timers.wakeUps(at: 109), [])
    XCTAssertEqual(timers.wakeUps(at: 110), [3])
  }

  func testWhoIsNeverPolledIsWokenInRhythm() throws {
    for policy in [MissedTicks.burst, .delay, .skip] {
      var timers = try makeTimers()
      _ = try timers.create(every: .nanoseconds(10), startingAt: at(100), task: 3, missed: policy)
      XCTAssertEqual(
        [100, 109, 110, 145, 149, 150].map { timers.wakeUps(at: $0).count }, [1, 0, 1, 1, 0, 1])
    }
  }

  func testADelayedTimerWakesAWholeIntervalLater() throws {
    var timers = try makeTimers()
    let id = try timers.create(every: .nanoseconds(10), startingAt: at(100), task: 3, missed: .delay)
    XCTAssertEqual(timers.wakeUps(at: 115), [3])
    XCTAssertEqual(timers.answer(id, at: 116), .tick(Tick(due: at(100), number: 0, missed: 1)))
    XCTAssertEqual(timers.wakeUps(at: 125), [])
    XCTAssertEqual(timers.wakeUps(at: 126), [3])
  }

  func testThePastFiresAtOnceAndIsCounted() throws {
    var timers = try makeTimers()
    XCTAssertNil(timers.select(1_000))
    let once = try timers.create(once: at(5), task: 1)
    let every = try timers.create(every: .nanoseconds(100), startingAt: at(450), task: 2)
    XCTAssertEqual(timers.lateCount, 2)
    XCTAssertEqual(timers.wakeUps(at: 1_000), [1, 2])
    XCTAssertEqual(timers.answer(once, at: 1_000), .tick(Tick(due: at(5), number: 0)))
    XCTAssertEqual(timers.answer(once, at: 1_000), .ended)
    XCTAssertEqual(timers.answer(every, at: 1_000), .tick(Tick(due: at(950), number: 5, missed: 5)))
    XCTAssertEqual(timers.wakeUps(at: 1_049), [])
    XCTAssertEqual(timers.wakeUps(at: 1_050), [2])
    XCTAssertEqual(timers.lateCount, 2)
  }

  func testSlackGroupsWakeUpsAndTicksStayExact() throws {
    var timers = try makeTimers()
    let due = (0..<4).map { UInt64(1_001 + $0 * 5) }
    let ids = try due.enumerated().map {
      try timers.create(once: at($0.element), task: $0.offset, slack: .nanoseconds(30))
    }
    XCTAssertEqual(timers.wakeUps(at: 1_023), [])
    XCTAssertEqual(timers.wakeUps(at: 1_024), [0, 1, 2, 3])
    for (id, due) in zip(ids, due) {
      XCTAssertEqual(timers.answer(id, at: 1_024), .tick(Tick(due: at(due), number: 0)))
    }
  }

  func testBadUseIsRefused() throws {
    var timers = try makeTimers(timerCount: 1)
    XCTAssertThrowsError(try timers.create(every: .zero, startingAt: at(0), task: 1)) {
      XCTAssertEqual($0 as? TimerError, .zeroInterval)
    }
    _ = try timers.create(once: at(5), task: 1)
    XCTAssertThrowsError(try timers.create(once: at(5), task: 1)) { XCTAssertEqual($0 as? TimerError, .full) }
  }

  func testACancelledTimerHasEnded() throws {
    var timers = try makeTimers(timerCount: 1)
    let id = try timers.create(every: .nanoseconds(10), startingAt: at(100), task: 3)
    try timers.cancel(id)
    XCTAssertEqual(timers.wakeUps(at: 500), [])
    XCTAssertEqual(timers.answer(id, at: 500), .ended)
    XCTAssertThrowsError(try timers.create(once: at(5), task: 1), "the place is not free yet")
  }

  func testAStaleIDReachesNobody() throws {
    var timers = try makeTimers(timerCount: 1)
    let old = try timers.create(once: at(100), task: 3)
    try timers.destroy(old)
    let new = try timers.create(once: at(200), task: 4)
    XCTAssertNotEqual(old, new)
    XCTAssertEqual(timers.answer(old, at: 300), .stale)
    XCTAssertThrowsError(try timers.cancel(old)) { XCTAssertEqual($0 as? TimerError, .stale) }
    XCTAssertThrowsError(try timers.destroy(old)) { XCTAssertEqual($0 as? TimerError, .stale) }
    XCTAssertEqual(timers.wakeUps(at: 300), [4])
    XCTAssertEqual(timers.answer(new, at: 300), .tick(Tick(due: at(200), number: 0)))
    try timers.destroy(new)
    XCTAssertEqual(timers.answer(new, at: 300), .stale)
  }

  func testAllPlacesAreUsedAgain() throws {
    var timers = try makeTimers(timerCount: 3)
    for round: UInt64 in 0..<5 {
      let ids = try (0..<3).map { try timers.create(once: at(round + 10), task: $0) }
      XCTAssertThrowsError(try timers.create(once: at(5), task: 1))
      for id in [ids[1], ids[0], ids[2]] { try timers.destroy(id) }
      XCTAssertEqual(timers.count, 0)
    }
  }
}

/// What polling a timer can give.
private enum Answer: Equatable { case tick(Tick), pending, ended, stale }

extension Timers {
  fileprivate mutating func answer(_ id: TimerID, at now: UInt64) -> Answer {
    switch poll(id, at: Instant(nanoseconds: now)) {
    case .ready(let tick): .tick(tick)
    case .pending: .pending
    case .ended: .ended
    case .failed: .stale
    }
  }

  fileprivate mutating func wakeUps(at now: UInt64) -> [Int] {
    var tasks: [Int] = []
    while tasks.count < 100, let task = select(now) { tasks.append(task) }
    return tasks
  }
}
