import Buffers
import Foundation
import Streams
import TestSupport
import Timers
import Timing
import XCTest

/// The wheel beside a sorted reference in virtual time. `TIMERS=long` takes a million timers in place of what a debug
/// build gets through in a few seconds.
final class TimerWheelModelTests: XCTestCase {
  private let isLong = ProcessInfo.processInfo.environment["TIMERS"] == "long"

  func testManyTimersAgainstASortedReference() throws {
    try compare(keyCount: isLong ? 1_000_000 : 200_000, steps: isLong ? 4_000_000 : 100_000)
  }

  /// Few timers: slots with one, two or none are the rule.
  func testFewTimersAgainstASortedReference() throws {
    for _ in 0..<(isLong ? 1_000 : 20) { try compare(keyCount: 6, steps: 2_000) }
  }

  private func compare(keyCount: Int, steps: Int) throws {
    let random = SeededRandom()
    let memory = TestArena(byteCount: 64 * keyCount + 1 << 16)
    var comparison = TimerComparison(
      try TimerWheel(keyCount: keyCount, in: &memory.arena),
      try SortedTimers(keyCount: keyCount, in: &memory.arena), keyCount: keyCount, random)
    comparison.run(steps: steps)
    XCTAssertNil(comparison.difference, "SEED=\(random.seed)")
    XCTAssertGreaterThan(comparison.takenCount, keyCount, "SEED=\(random.seed)")
    XCTAssertGreaterThan(comparison.lateCount, 0, "SEED=\(random.seed)")
  }

  /// The controls: whatever a wheel does wrong, the comparison finds a difference.
  func testEachFaultIsNoticed() throws {
    for fault in BrokenTimers.Fault.allCases where fault != .wakesForNothing {
      let memory = TestArena()
      var comparison = TimerComparison(
        try BrokenTimers(fault, keyCount: 50, in: &memory.arena),
        try SortedTimers(keyCount: 50, in: &memory.arena), keyCount: 50, SeededRandom(seed: 1))
      comparison.run(steps: 2_000)
      XCTAssertNotNil(comparison.difference, "\(fault)")
    }
  }

  // Wake-ups

  /// Sleeps from one wake-up to the next until no timer is left; the most that were for nothing in a row.
  private func emptyWakeUps<Kept: TimerKeeping & ~Copyable>(
    _ timers: inout Kept, deadlines: [UInt64], from start: UInt64
  ) -> Int {
    XCTAssertNil(timers.select(start))
    for (key, deadline) in deadlines.enumerated() {
      timers.set(key: key, deadline: Instant(nanoseconds: deadline))
    }
    var most = 0
    var inARow = 0
    while timers.count > 0 {
      if timers.select(timers.nextDeadline.nanoseconds) == nil { inARow += 1 } else { inARow = 0 }
      most = max(most, inARow)
      guard inARow <= 20 else { break }
    }
    return most
  }

  func testAWakeUpIsForNothingAtMostOnceALevel() throws {
    var random = SeededRandom()
    for turn in 0..<200 {
      // Few timers in a slot, or many.
      let keyCount = turn % 2 == 0 ? 8 : 100
      let memory = TestArena(byteCount: 1 << 16)
      var timers = try TimerWheel(keyCount: keyCount, in: &memory.arena)
      let start = UInt64.random(in: 0...(1 << 62), using: &random)
      let span = UInt64.random(in: 0..<62, using: &random)
      let deadlines = (0..<keyCount).map { _ in start + UInt64.random(in: 0...(1 << span), using: &random) }
      let most = emptyWakeUps(&timers, deadlines: deadlines, from: start)
      XCTAssertLessThanOrEqual(most, 10, "SEED=\(random.seed)")
    }
  }

  func testWakeUpsWithinTheLowestLevelAreExact() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var timers = try TimerWheel(keyCount: 3, in: &memory.arena)
    let deadlines: [UInt64] = [1 << 30, 1 << 30 + 17, 1 << 30 + 63]
    XCTAssertEqual(emptyWakeUps(&timers, deadlines: deadlines, from: 1 << 30), 0)
  }

  func testWakeUpsForNothingAreNoticed() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var timers = try BrokenTimers(.wakesForNothing, keyCount: 1, in: &memory.arena)
    XCTAssertGreaterThan(emptyWakeUps(&timers, deadlines: [1_000], from: 0), 10)
  }
}
