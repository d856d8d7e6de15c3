import TestSupport
import Timers
import Timing
import XCTest

/// Never earlier, later by the slack at most, and at the roundest instant there is.
final class SlackTests: XCTestCase {
  private func rounded(_ deadline: UInt64, _ slack: UInt64) -> UInt64 {
    Instant(nanoseconds: deadline).rounded(within: Duration(nanoseconds: slack)).nanoseconds
  }

  /// Whether this is what a search finds: the instant with the most zero bits at its end, of which there is one only.
  private func isRoundest(_ instant: UInt64, of deadline: UInt64, within slack: UInt64) -> Bool {
    let all = deadline...deadline + slack
    return all.contains(instant)
      && all.allSatisfy { $0 == instant || $0.trailingZeroBitCount < instant.trailingZeroBitCount }
  }

  func testTheRoundestInstantIsChosen() {
    for deadline: UInt64 in 0..<130 {
      for slack: UInt64 in 0..<130 where deadline > 0 || slack > 0 {
        XCTAssertTrue(
          isRoundest(rounded(deadline, slack), of: deadline, within: slack), "\(deadline), \(slack)")
      }
    }
  }

  /// The controls.
  func testEarlyLateAndCrookedInstantsAreNoticed() {
    XCTAssertTrue(isRoundest(16, of: 13, within: 5))
    for wrong: UInt64 in [0, 12, 14, 18, 32] {
      XCTAssertFalse(isRoundest(wrong, of: 13, within: 5), "\(wrong)")
    }
  }

  func testBoundsOverTheWholeRange() {
    var random = SeededRandom()
    for _ in 0..<10_000 {
      let deadline = UInt64.random(
        in: 1..<(.max >> UInt64.random(in: 0..<63, using: &random)), using: &random)
      let slack = UInt64.random(in: 0...(.max >> UInt64.random(in: 0..<64, using: &random)), using: &random)
      let (latest, overflow) = deadline.addingReportingOverflow(slack)
      let instant = rounded(deadline, slack)
      XCTAssertGreaterThanOrEqual(instant, deadline, "SEED=\(random.seed)")
      XCTAssertLessThanOrEqual(instant, overflow ? .max - 1 : latest, "SEED=\(random.seed)")
    }
  }

  func testNoSlackAndNever() {
    XCTAssertEqual(rounded(12_345, 0), 12_345)
    XCTAssertEqual(rounded(.max, 1_000), .max)
    XCTAssertNotEqual(rounded(.max - 1, .max), .max, "a timer that can come stays one")
  }

  /// What slack is for.
  func testTimersWithSlackWakeTogether() {
    let instants = Set((0..<100).map { rounded(1_000_000 + $0 * 37, 10_000) })
    XCTAssertEqual(instants.count, 1)
  }
}
