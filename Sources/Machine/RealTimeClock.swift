public import Timing

/// The battery-backed clock chip (MC146818), read once at boot for the date and time. Context: boot.
public enum RealTimeClock {
  /// How often an update in progress is waited for: one takes at most 2 ms.
  private static let patience = 100_000

  /// What the chip says; read twice alike, so that no update falls between its parts. Nothing when it does not come to
  /// rest, or there is none.
  public static func read() -> ClockChipReading? {
    var previous: ClockChipReading?
    for _ in 0..<patience where register(0x0A) & 0x80 == 0 {
      let reading = sample()
      if reading == previous { return reading }
      previous = reading
    }
    return nil
  }

  private static func sample() -> ClockChipReading {
    var reading = ClockChipReading()
    reading.seconds = register(0x00)
    reading.minutes = register(0x02)
    reading.hours = register(0x04)
    reading.day = register(0x07)
    reading.month = register(0x08)
    reading.year = register(0x09)
    reading.century = register(0x32)
    reading.format = register(0x0B)
    return reading
  }

  private static func register(_ number: UInt8) -> UInt8 {
    portWrite8(0x70, number)
    return portRead8(0x71)
  }
}
