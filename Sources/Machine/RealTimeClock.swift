public import Timing

/// The battery-backed clock chip (MC146818), read once at boot for the date and time. Context: boot.
public enum RealTimeClock {
  /// What the chip says; nothing when it does not come to rest, or there is none.
  public static func read() -> ClockChipReading? { ClockChipReading.steady(register) }

  private static func register(_ number: UInt8) -> UInt8 {
    portWrite8(0x70, number)
    return portRead8(0x71)
  }
}
