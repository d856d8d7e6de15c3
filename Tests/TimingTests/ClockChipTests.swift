import Foundation
import TestSupport
import Timing
import XCTest

final class ClockChipTests: XCTestCase {
  /// The chip's registers at a time, in one of its four formats.
  private func registers(_ parts: DateComponents, isBinary: Bool, countsTwentyFour: Bool) throws
    -> ClockChipReading
  {
    func encoded(_ value: Int) -> UInt8 { UInt8(isBinary ? value : value / 10 * 16 + value % 10) }
    let hour = try XCTUnwrap(parts.hour)
    let year = try XCTUnwrap(parts.year)
    var reading = ClockChipReading()
    reading.seconds = encoded(try XCTUnwrap(parts.second))
    reading.minutes = encoded(try XCTUnwrap(parts.minute))
    reading.hours =
      countsTwentyFour ? encoded(hour) : encoded(hour % 12 == 0 ? 12 : hour % 12) | (hour < 12 ? 0 : 0x80)
    reading.day = encoded(try XCTUnwrap(parts.day))
    reading.month = encoded(try XCTUnwrap(parts.month))
    reading.year = encoded(year % 100)
    reading.century = encoded(year / 100)
    reading.format = (isBinary ? 0x04 : 0) | (countsTwentyFour ? 0x02 : 0)
    return reading
  }

  func testReadsEveryFormatAsFoundationDoes() throws {
    var random = SeededRandom()
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try XCTUnwrap(TimeZone(secondsFromGMT: 0))
    for round in 0..<4_000 {
      let seconds = UInt64.random(in: 0..<10_413_792_000, using: &random)
      let parts = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(seconds)))
      let chip = try registers(parts, isBinary: round & 1 != 0, countsTwentyFour: round & 2 != 0)
      XCTAssertEqual(chip.secondsSince1970, seconds, "SEED=\(random.seed) \(parts)")
      XCTAssertEqual(chip.secondsSinceMidnight, seconds % 86_400, "SEED=\(random.seed) \(parts)")
    }
  }

  private func noon() -> ClockChipReading {
    var chip = ClockChipReading()
    (chip.hours, chip.minutes, chip.seconds) = (0x12, 0x34, 0x56)
    (chip.day, chip.month, chip.year, chip.century, chip.format) = (0x29, 0x02, 0x24, 0x20, 0x02)
    return chip
  }

  /// Machines without a century register have something else there.
  func testACenturyThatIsNoneMeansThisOne() {
    var chip = noon()
    for century: UInt8 in [0, 0xFF, 0x18, 0x24, 0x99, 0x1A] {
      chip.century = century
      XCTAssertEqual(chip.secondsSince1970, 1_709_210_096, "century \(century)")
    }
  }

  /// Each register out of its range, one at a time, and an absent chip, which reads as all ones.
  func testRefusesWhatIsNoTime() {
    XCTAssertNotNil(noon().secondsSince1970)
    let changes: [(inout ClockChipReading) -> Void] = [
      { $0.seconds = 0x60 }, { $0.minutes = 0x60 }, { $0.hours = 0x24 }, { $0.day = 0x30 }, { $0.day = 0 },
      { $0.month = 0x13 }, { $0.month = 0 }, { $0.year = 0x23 }, { $0.seconds = 0x1A }, { $0.minutes = 0xA1 },
      {
        $0.format = 0; $0.hours = 0x13
      },
      {
        $0.format = 0; $0.hours = 0x80
      },
      {
        $0.format = 0x06; $0.year = 100; $0.day = 28
      },
    ]
    for (index, change) in changes.enumerated() {
      var chip = noon()
      change(&chip)
      XCTAssertNil(chip.secondsSince1970, "change \(index)")
    }
    var absent = ClockChipReading()
    (absent.hours, absent.minutes, absent.seconds) = (0xFF, 0xFF, 0xFF)
    (absent.day, absent.month, absent.year, absent.century, absent.format) = (0xFF, 0xFF, 0xFF, 0xFF, 0xFF)
    XCTAssertNil(absent.secondsSince1970)
    XCTAssertNil(absent.secondsSinceMidnight)
  }

  func testTheWallClockGoesOn() {
    let wall = WallClock(secondsSince1970: 1_709_210_096, at: Instant(nanoseconds: 5_000))
    XCTAssertEqual(wall.nanosecondsSince1970(at: Instant(nanoseconds: 5_000)), 1_709_210_096_000_000_000)
    XCTAssertEqual(wall.nanosecondsSince1970(at: Instant(nanoseconds: 5_007)), 1_709_210_096_000_000_007)
    let early = WallClock(secondsSince1970: 0, at: Instant(nanoseconds: 9))
    XCTAssertEqual(early.nanosecondsSince1970(at: Instant(nanoseconds: 10)), 1)
  }
}
