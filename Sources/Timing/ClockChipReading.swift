/// What the registers of a PC's clock chip (MC146818) say, and what that means. Context: any.
public struct ClockChipReading: Equatable, Sendable {
  /// Register 0.
  public var seconds: UInt8 = 0
  /// Register 2.
  public var minutes: UInt8 = 0
  /// Register 4; with bit 7 for the afternoon when the chip counts twelve hours.
  public var hours: UInt8 = 0
  /// Register 7.
  public var day: UInt8 = 0
  /// Register 8.
  public var month: UInt8 = 0
  /// Register 9: within the century.
  public var year: UInt8 = 0
  /// Register 0x32, as most machines use it; whatever is there is believed only when it is a century.
  public var century: UInt8 = 0
  /// Register B: bit 2 for binary numbers instead of decimal digits, bit 1 for twenty-four hours.
  public var format: UInt8 = 0

  public init() {}

  private var isBinary: Bool { format & 0x04 != 0 }
  private var countsTwentyFour: Bool { format & 0x02 != 0 }

  /// Seconds since 1 January 1970, the chip taken to tell universal time; nothing when it tells no date and time.
  public var secondsSince1970: UInt64? {
    guard let time = secondsSinceMidnight, let day = number(day), let month = number(month),
      let year = number(year), year < 100,
      let date = CalendarDate(year: centuryStart + year, month: month, day: day)
    else { return nil }
    return date.daysSince1970 * 86_400 + time
  }

  /// Seconds since midnight; nothing when the registers are no time.
  public var secondsSinceMidnight: UInt64? {
    guard let hours = hourOfDay, let minutes = number(minutes), minutes < 60, let seconds = number(seconds),
      seconds < 60
    else { return nil }
    return UInt64(hours * 3600 + minutes * 60 + seconds)
  }

  /// Twelve hours are counted 12, 1 to 11, from midnight and again from noon.
  private var hourOfDay: Int? {
    guard !countsTwentyFour else { return number(hours).flatMap { $0 < 24 ? $0 : nil } }
    guard let hour = number(hours & 0x7F), (1...12).contains(hour) else { return nil }
    return hour % 12 + (hours & 0x80 != 0 ? 12 : 0)
  }

  /// The year in which the century began: 2000 when the register tells none between 1900 and 2300.
  private var centuryStart: Int {
    guard let century = number(century), (19...23).contains(century) else { return 2000 }
    return century * 100
  }

  /// A register's number; nothing when a half of it is no decimal digit and should be.
  private func number(_ register: UInt8) -> Int? {
    if isBinary { return Int(register) }
    guard register >> 4 < 10, register & 0xF < 10 else { return nil }
    return Int(register >> 4) * 10 + Int(register & 0xF)
  }
}
