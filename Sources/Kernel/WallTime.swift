import Machine
import Timing
import Tracing

extension BootLog {
  /// Reads the clock chip and says the date and time it tells, which is taken for universal time. When it tells none,
  /// that is said, and the day and 1970 begin now.
  func wallClock() -> WallClock {
    let reading = RealTimeClock.read()
    let now = clock.now
    guard let seconds = reading?.secondsSince1970 else {
      line("sluice: the clock chip tells no date and time: messages are stamped as if it were midnight")
      return WallClock(secondsSince1970: 0, at: now)
    }
    line { console in
      console.write("sluice: ")
      console.write(date: CalendarDate(daysSince1970: seconds / 86_400))
      console.write(" ")
      console.write(secondsSinceMidnight: seconds % 86_400)
      console.write(" UTC")
    }
    return WallClock(secondsSince1970: seconds, at: now)
  }
}

extension TextWriter where Self: ~Copyable {
  /// As ISO 8601 has it.
  fileprivate mutating func write(date: CalendarDate) {
    write(UInt64(date.year), minimumDigits: 4)
    write("-")
    write(UInt64(date.month), minimumDigits: 2)
    write("-")
    write(UInt64(date.day), minimumDigits: 2)
  }

  fileprivate mutating func write(secondsSinceMidnight seconds: UInt64) {
    write(seconds / 3600, minimumDigits: 2)
    write(":")
    write(seconds / 60 % 60, minimumDigits: 2)
    write(":")
    write(seconds % 60, minimumDigits: 2)
  }
}
