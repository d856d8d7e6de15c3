import Exchange
import Timing
import XCTest

final class TimeOfDayTests: XCTestCase {
  private let second: UInt64 = 1_000_000_000

  func testGoesOnFromWhatTheChipSaid() {
    let boot = Instant(nanoseconds: 5_000)
    let time = TimeOfDay(secondsSinceMidnight: 3_600, at: boot)
    XCTAssertEqual(time.nanosecondsSinceMidnight(at: boot), 3_600 * second)
    XCTAssertEqual(time.nanosecondsSinceMidnight(at: Instant(nanoseconds: 12_000)), 3_600 * second + 7_000)
  }

  func testBeginsAgainAtMidnight() {
    let time = TimeOfDay(secondsSinceMidnight: 86_399, at: .zero)
    XCTAssertEqual(time.nanosecondsSinceMidnight(at: Instant(nanoseconds: second - 1)), 86_400 * second - 1)
    XCTAssertEqual(time.nanosecondsSinceMidnight(at: Instant(nanoseconds: second)), 0)
    let later = TimeOfDay(secondsSinceMidnight: 10, at: Instant(nanoseconds: 400_000 * second))
    XCTAssertEqual(later.nanosecondsSinceMidnight(at: Instant(nanoseconds: 400_000 * second)), 10 * second)
  }

  func testTakesTheTimeOfDayFromTheWallClock() {
    let wall = WallClock(secondsSince1970: 20_000 * 86_400 + 86_399, at: Instant(nanoseconds: 7))
    let time = TimeOfDay(wall, at: Instant(nanoseconds: 7))
    XCTAssertEqual(time.nanosecondsSinceMidnight(at: Instant(nanoseconds: 7)), 86_399 * second)
    XCTAssertEqual(time.nanosecondsSinceMidnight(at: Instant(nanoseconds: second + 7)), 0)
    let none = TimeOfDay(
      WallClock(secondsSince1970: 0, at: Instant(nanoseconds: 9)), at: Instant(nanoseconds: 9))
    XCTAssertEqual(none.nanosecondsSinceMidnight(at: Instant(nanoseconds: 9)), 0)
  }

  /// The chip tells whole seconds: a quick restart must not date a message before the one it follows.
  func testDoesNotGoBackAcrossAQuickRestart() {
    let last = 100 * second + 900_000_000
    let time = TimeOfDay(secondsSinceMidnight: 100, at: .zero, last: last)
    XCTAssertEqual(time.nanosecondsSinceMidnight(at: .zero), last + 1)
    let ahead = TimeOfDay(secondsSinceMidnight: 102, at: .zero, last: last)
    XCTAssertEqual(ahead.nanosecondsSinceMidnight(at: .zero), 102 * second)
    let nextDay = TimeOfDay(secondsSinceMidnight: 5, at: .zero, last: last)
    XCTAssertEqual(
      nextDay.nanosecondsSinceMidnight(at: .zero), 5 * second, "another day's time means nothing")
  }
}
