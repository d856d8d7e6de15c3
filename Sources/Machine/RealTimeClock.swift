/// The battery-backed clock chip (MC146818), read once at boot for the time of day.
public enum RealTimeClock {
  private static func read(_ register: UInt8) -> UInt8 {
    portWrite8(0x70, register)
    return portRead8(0x71)
  }

  /// How often an update in progress is waited for: one takes at most 2 ms.
  private static let patience = 100_000

  /// Seconds since midnight; read twice alike, so that no update falls between its parts.
  public static var secondsSinceMidnight: UInt64 {
    var previous = UInt64.max
    for _ in 0..<patience where read(0x0A) & 0x80 == 0 {
      let seconds = sample()
      if seconds == previous { return seconds }
      previous = seconds
    }
    return previous == .max ? 0 : previous
  }

  private static func sample() -> UInt64 {
    let format = read(0x0B)
    let isBinary = format & 0x04 != 0
    let hourByte = read(0x04)
    var hours = decode(hourByte & 0x7F, isBinary)
    if format & 0x02 == 0 { hours = hours % 12 + (hourByte & 0x80 != 0 ? 12 : 0) }
    return hours * 3600 + decode(read(0x02), isBinary) * 60 + decode(read(0x00), isBinary)
  }

  private static func decode(_ value: UInt8, _ isBinary: Bool) -> UInt64 {
    isBinary ? UInt64(value) : UInt64(value >> 4) * 10 + UInt64(value & 0xF)
  }
}
