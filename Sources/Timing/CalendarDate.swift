/// A day of the Gregorian calendar, extended backwards before 1582 as ISO 8601 does.
public struct CalendarDate: Equatable, Sendable, BitwiseCopyable {
  /// 1970 to 9999.
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to 31.
  public let day: Int

  /// The day of that number; nothing when the calendar has none, or it lies before 1970 or after 9999.
  public init?(year: Int, month: Int, day: Int) {
    guard (1970...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.dayCount(ofMonth: month, year: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  static func dayCount(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days from 1 January 1970 to this one.
  ///
  /// Counted in years that begin in March, so that the leap day is a year's last and the months before it have the
  /// same lengths every year: from March on they begin at (153 * month + 2) / 5 days.
  public var daysSince1970: UInt64 {
    let monthsSinceMarch = (month + 9) % 12
    let marchYear = month > 2 ? year : year - 1
    let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
    let days = marchYear * 365 + leapDays + (monthsSinceMarch * 153 + 2) / 5 + day - 1
    // The first of March of the year 0 lies 719,468 days before 1970.
    return UInt64(days - 719_468)
  }
}
