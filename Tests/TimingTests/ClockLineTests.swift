import TestSupport
import Timing
import XCTest

final class ClockLineTests: XCTestCase {
  func testIsZeroUpToItsOrigin() {
    let line = ClockLine(origin: 1_000, frequencyHertz: 1_000_000_000)
    XCTAssertEqual(line.instant(of: 0), .zero)
    XCTAssertEqual(line.instant(of: 1_000), .zero)
    XCTAssertEqual(line.instant(of: 1_250), Instant(nanoseconds: 250))
    XCTAssertEqual(line.duration(ofCycles: 77), .nanoseconds(77))
  }

  /// A clock that is slowed early has an origin before the counter's own zero.
  func testTheOriginMayBeNegative() {
    let line = ClockLine(origin: 10, frequencyHertz: 2_000_000_000)
    let slower = ClockLine(continuing: line, at: 10_000_000_000, rate: line.rate / 1_000 * 999)
    XCTAssertGreaterThan(slower.origin, .max / 2)
    let before = line.instant(of: 10_000_000_000).nanoseconds
    let after = slower.instant(of: 10_000_000_000).nanoseconds
    XCTAssertTrue((before...before + 1).contains(after), "\(before) then \(after)")
  }

  func testContinuesWithoutStepAtAnyAge() {
    var random = SeededRandom()
    for _ in 0..<20_000 {
      let hertz = UInt64.random(in: 1_000_000...10_000_000_000, using: &random)
      let line = ClockLine(origin: .random(in: 0...1 << 40, using: &random), frequencyHertz: hertz)
      let age = UInt64.random(in: 0...1 << UInt64.random(in: 1...58, using: &random), using: &random)
      let timestamp = line.origin + age
      let rate = line.rate + line.rate / 2_000 - .random(in: 0...line.rate / 1_000, using: &random)
      let next = ClockLine(continuing: line, at: timestamp, rate: rate)
      let step = next.instant(of: timestamp).nanoseconds &- line.instant(of: timestamp).nanoseconds
      XCTAssertEqual(next.instant(ofLater: timestamp), next.instant(of: timestamp), "SEED=\(random.seed)")
      XCTAssertLessThanOrEqual(step, rate >> 32 + 1, "SEED=\(random.seed) \(hertz) Hz at \(age)")
    }
  }

  /// A deadline in cycles is reached when they are over, wherever in its nanosecond the clock was; and not long after.
  func testADeadlineIsNeverEarly() {
    var random = SeededRandom()
    for _ in 0..<50_000 {
      let hertz = UInt64.random(in: 1_000_000...10_000_000_000, using: &random)
      let line = ClockLine(origin: .random(in: 0...1 << 40, using: &random), frequencyHertz: hertz)
      let timestamp = line.origin + .random(in: 0...1 << 52, using: &random)
      let wait = Duration(
        nanoseconds: .random(in: 0...1 << UInt64.random(in: 1...50, using: &random), using: &random))
      let deadline = line.instant(of: timestamp) + wait
      let reached = line.instant(of: timestamp + line.cycleRate.cycles(in: wait))
      XCTAssertGreaterThanOrEqual(reached, deadline, "SEED=\(random.seed) \(hertz) Hz")
      let most = Duration(nanoseconds: 2 * (line.rate >> 32) + wait.nanoseconds >> 20 + 2)
      XCTAssertLessThanOrEqual(reached.since(deadline), most, "SEED=\(random.seed) \(hertz) Hz, \(wait)")
    }
  }

  func testADeadlineTooFarForTheCounterSaturates() {
    let line = ClockLine(origin: 0, frequencyHertz: 4_000_000_000)
    XCTAssertEqual(line.cycleRate.cycles(in: Duration(nanoseconds: .max)), .max)
  }

  /// Two cores whose counters differ read the same time, up to what the exchanges could not tell.
  func testAnotherCoresCounterReadsTheSameTime() {
    var random = SeededRandom()
    for _ in 0..<1_000 {
      let ahead = UInt64.random(in: 0...UInt64(1 << 40), using: &random) &- 1 << 39
      var offset = TimestampOffset()
      var time: UInt64 = 1 << 41
      for _ in 0..<16 {
        let earliest = time
        time += .random(in: 1...5_000, using: &random)
        let remote = time &+ ahead
        time += .random(in: 1...5_000, using: &random)
        offset.add(earliest: earliest, remote: remote, latest: time)
      }
      let wrong = Int64(bitPattern: offset.cycles &- ahead)
      XCTAssertLessThanOrEqual(wrong.magnitude, offset.uncertainty, "SEED=\(random.seed)")
      XCTAssertLessThan(offset.uncertainty, 5_000, "SEED=\(random.seed)")
      let line = ClockLine(origin: 1_000, frequencyHertz: 1_000_000_000)
      XCTAssertEqual(
        line.shifted(by: ahead).instant(of: time &+ ahead), line.instant(of: time), "SEED=\(random.seed)")
    }
  }

  /// The bracket is what makes the offset right: the same exchanges without their tightest one are further off.
  func testALooseExchangeDoesNotReplaceATightOne() {
    var offset = TimestampOffset()
    offset.add(earliest: 100, remote: 1_110, latest: 120)
    offset.add(earliest: 200, remote: 1_290, latest: 400)
    XCTAssertEqual(offset.cycles, 1_000)
    XCTAssertEqual(offset.uncertainty, 10)
  }
}
