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

  /// The day that many days after 1 January 1970; the last of 9999 for any later one. About as many steps as there are
  /// thousands of years.
  public init(daysSince1970 days: UInt64) {
    let last = Self.daysSince1970(year: 9999, month: 12, day: 31)
    var remaining = min(days, last)
    var year = 1970 + Int(remaining / 366)
    while year < 9999, Self.daysSince1970(year: year + 1, month: 1, day: 1) <= remaining { year += 1 }
    remaining -= Self.daysSince1970(year: year, month: 1, day: 1)
    var month = 1
    while remaining >= UInt64(Self.dayCount(ofMonth: month, year: year)) {
      remaining -= UInt64(Self.dayCount(ofMonth: month, year: year))
      month += 1
    }
    self.year = year
    self.month = month
    day = Int(remaining) + 1
  }

  static func dayCount(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days from 1 January 1970 to this one.
  public var daysSince1970: UInt64 { Self.daysSince1970(year: year, month: month, day: day) }

  /// Counted in years that begin in March, so that the leap day is a year's last and the months before it have the
  /// same lengths every year: from March on they begin at (153 * month + 2) / 5 days.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> UInt64 {
    let monthsSinceMarch = (month + 9) % 12
    let marchYear = month > 2 ? year : year - 1
    let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
    let days = marchYear * 365 + leapDays + (monthsSinceMarch * 153 + 2) / 5 + day - 1
    // The first of March of the year 0 lies 719,468 days before 1970.
    return UInt64(days - 719_468)
  }
}
