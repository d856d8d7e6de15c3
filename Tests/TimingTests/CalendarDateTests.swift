import Foundation
import Timing
import XCTest

final class CalendarDateTests: XCTestCase {
  private func calendar() throws -> Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try XCTUnwrap(TimeZone(secondsFromGMT: 0))
    return calendar
  }

  /// Each day from 1970 to 2400 has the number that follows its predecessor's, and each first of a month has the one
  /// that Foundation gives it.
  func testEveryDayUntil2400HasItsNumber() throws {
    let calendar = try calendar()
    var expected: UInt64 = 0
    for year in 1970...2400 {
      for month in 1...12 {
        let first = try XCTUnwrap(calendar.date(from: DateComponents(year: year, month: month, day: 1)))
        XCTAssertEqual(Double(expected) * 86_400, first.timeIntervalSince1970, "\(year)-\(month)")
        for day in 0...32 {
          guard let date = CalendarDate(year: year, month: month, day: day) else { continue }
          if date.daysSince1970 != expected { XCTFail("\(year)-\(month)-\(day): \(date.daysSince1970)") }
          if CalendarDate(daysSince1970: expected) != date {
            XCTFail("day \(expected) is not \(year)-\(month)-\(day)")
          }
          expected += 1
        }
      }
    }
    XCTAssertEqual(expected, 157_420, "days in 431 years")
  }

  func testTheLastDayIsThatOf9999() {
    let last = CalendarDate(year: 9999, month: 12, day: 31)
    XCTAssertEqual(CalendarDate(daysSince1970: 2_932_896), last)
    XCTAssertEqual(last?.daysSince1970, 2_932_896)
    XCTAssertEqual(CalendarDate(daysSince1970: .max), last)
  }

  func testRefusesDaysThatDoNotExist() {
    for (year, month, day) in [
      (2026, 2, 29), (2100, 2, 29), (2024, 2, 30), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0),
      (2026, 1, 32), (1969, 12, 31), (10_000, 1, 1),
    ] {
      XCTAssertNil(CalendarDate(year: year, month: month, day: day), "\(year)-\(month)-\(day)")
    }
    XCTAssertNotNil(CalendarDate(year: 2000, month: 2, day: 29))
    XCTAssertNotNil(CalendarDate(year: 2024, month: 2, day: 29))
  }
}
