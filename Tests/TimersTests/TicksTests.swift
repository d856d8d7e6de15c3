import Streams
import TestSupport
import Timers
import Timing
import XCTest

/// The ticks of a timer, by table and against a plain reference.
final class TicksTests: XCTestCase {
  /// Polled at these times until pending: what comes. The interval is 10, the first tick is due at 100.
  private func ticks(_ policy: MissedTicks, polledAt times: [UInt64]) throws -> [[Tick]] {
    var ticks = try Ticks(
      every: .nanoseconds(10), startingAt: Instant(nanoseconds: 100), missed: policy)
    return times.map { now in
      var taken: [Tick] = []
      while case .ready(let tick) = ticks.poll(at: Instant(nanoseconds: now)) { taken.append(tick) }
      return taken
    }
  }

  private func tick(_ due: UInt64, _ number: UInt64, missed: UInt64 = 0) -> Tick {
    Tick(due: Instant(nanoseconds: due), number: number, missed: missed)
  }

  func testInTimeAllPoliciesAreTheSame() throws {
    for policy in [MissedTicks.burst, .delay, .skip] {
      XCTAssertEqual(
        try ticks(policy, polledAt: [99, 100, 109, 119, 120, 125, 130]),
        [[], [tick(100, 0)], [], [tick(110, 1)], [tick(120, 2)], [], [tick(130, 3)]], "\(policy)")
    }
  }

  func testWhatIsMissed() throws {
    // The tick of 100 is taken when 110 and 120 have come as well, and the next is asked for in time.
    let times: [UInt64] = [125, 130, 135, 200]
    XCTAssertEqual(
      try ticks(.burst, polledAt: times),
      [
        [tick(100, 0), tick(110, 1), tick(120, 2)], [tick(130, 3)], [],
        (4...10).map { tick(100 + 10 * $0, $0) },
      ])
    XCTAssertEqual(
      try ticks(.skip, polledAt: times),
      [[tick(120, 2, missed: 2)], [tick(130, 3)], [], [tick(200, 10, missed: 6)]])
    XCTAssertEqual(
      try ticks(.delay, polledAt: times),
      [[tick(100, 0, missed: 2)], [], [tick(135, 1)], [tick(145, 2, missed: 5)]])
  }

  func testATickMissesTheNextFromTheMomentThatIsDue() throws {
    XCTAssertEqual(try ticks(.skip, polledAt: [109]), [[tick(100, 0)]])
    XCTAssertEqual(try ticks(.skip, polledAt: [110]), [[tick(110, 1, missed: 1)]])
    XCTAssertEqual(try ticks(.delay, polledAt: [109, 110]), [[tick(100, 0)], [tick(110, 1)]])
    XCTAssertEqual(
      try ticks(.delay, polledAt: [110, 119, 120]), [[tick(100, 0, missed: 1)], [], [tick(120, 1)]])
  }

  func testAnIntervalOfZeroIsRefused() {
    XCTAssertThrowsError(try Ticks(every: .zero, startingAt: .zero)) {
      XCTAssertEqual($0 as? TimerError, .zeroInterval)
    }
  }

  func testOneTick() {
    var ticks = Ticks(once: Instant(nanoseconds: 5))
    XCTAssertEqual(ticks.nextDeadline, Instant(nanoseconds: 5))
    XCTAssertTrue(ticks.isPending(at: 4))
    XCTAssertEqual(ticks.next(at: 9), tick(5, 0))
    XCTAssertTrue(ticks.hasEnded(at: 9))
    XCTAssertEqual(ticks.nextDeadline, .never)
  }

  func testBeyondTheClockNothingComes() throws {
    for policy in [MissedTicks.burst, .delay, .skip] {
      var ticks = try Ticks(
        every: Duration(nanoseconds: 1 << 63), startingAt: Instant(nanoseconds: 7), missed: policy)
      XCTAssertEqual(ticks.next(at: 7), tick(7, 0))
      XCTAssertEqual(ticks.next(at: 1 << 63 + 7), tick(1 << 63 + 7, 1))
      XCTAssertTrue(ticks.hasEnded(at: .max), "\(policy)")
    }
  }

  /// Every nanosecond, so that the number is as large as it can be.
  func testTheLargestNumbers() throws {
    var ticks = try Ticks(every: .nanoseconds(1), startingAt: .zero, missed: .skip)
    for exponent in 1..<64 {
      let now = UInt64(1) << UInt64(exponent)
      XCTAssertEqual(ticks.next(at: now), tick(now, now, missed: exponent == 1 ? 2 : now / 2 - 1))
    }
    XCTAssertEqual(ticks.next(at: .max - 1)?.number, .max - 1)
    XCTAssertTrue(ticks.hasEnded(at: .max))
  }

  // Against a reference that multiplies

  /// Polls at random times; whether tick k is due at start + k * interval and none is early, lost or repeated.
  private func keepsPhase(
    _ random: inout SeededRandom, interval: UInt64, start: UInt64, _ poll: (UInt64) -> Tick?
  ) -> Bool {
    var now: UInt64 = 0
    var nextNumber: UInt64 = 0
    for _ in 0..<200 {
      now = max(now, start) + UInt64.random(in: 0...interval * 3, using: &random)
      while let tick = poll(now) {
        let due = start + tick.number * interval
        if tick.due.nanoseconds != due || due > now { return false }
        if tick.number != nextNumber + tick.missed { return false }
        nextNumber = tick.number + 1
      }
      if start + nextNumber * interval <= now { return false }
    }
    return true
  }

  func testBurstAndSkipNeverDrift() throws {
    var random = SeededRandom()
    for _ in 0..<100 {
      let interval = UInt64.random(in: 1...(1 << 50), using: &random)
      let start = UInt64.random(in: 0...(1 << 60), using: &random)
      for policy in [MissedTicks.burst, .skip] {
        var ticks = try Ticks(
          every: Duration(nanoseconds: interval), startingAt: Instant(nanoseconds: start), missed: policy)
        let keeps = keepsPhase(&random, interval: interval, start: start) { ticks.next(at: $0) }
        XCTAssertTrue(keeps, "\(policy), SEED=\(random.seed)")
      }
    }
  }

  /// The control: ticks counted from when the one before was taken drift.
  func testDriftIsNoticed() {
    var random = SeededRandom(seed: 1)
    var due: UInt64 = 50
    var number: UInt64 = 0
    let keeps = keepsPhase(&random, interval: 10, start: 50) { now in
      guard due <= now else { return nil }
      defer {
        due = now + 10
        number += 1
      }
      return tick(due, number)
    }
    XCTAssertFalse(keeps)
  }

  /// Whoever is woken and takes nothing is woken again at the first time that comes.
  func testNextDeadlineBehindAWakeUp() throws {
    let ticks = try Ticks(every: .nanoseconds(10), startingAt: Instant(nanoseconds: 100))
    let expected: [(UInt64, UInt64)] = [(99, 100), (100, 110), (109, 110), (110, 120), (1_000, 1_010)]
    for (now, next) in expected {
      XCTAssertEqual(ticks.nextDeadline(after: Instant(nanoseconds: now)).nanoseconds, next)
    }
    XCTAssertEqual(ticks.nextDeadline(after: Instant(nanoseconds: .max - 1)), .never)
  }
}

extension Ticks {
  mutating func next(at now: UInt64) -> Tick? {
    guard case .ready(let tick) = poll(at: Instant(nanoseconds: now)) else { return nil }
    return tick
  }

  mutating func isPending(at now: UInt64) -> Bool {
    guard case .pending = poll(at: Instant(nanoseconds: now)) else { return false }
    return true
  }

  mutating func hasEnded(at now: UInt64) -> Bool {
    guard case .ended = poll(at: Instant(nanoseconds: now)) else { return false }
    return true
  }
}
