@_extern(c, "port_write8") private func portWrite8(_ port: UInt16, _ value: UInt8)

/// The 8254's counter 0 as a device: its line rises once, some time after it was asked to.
enum IntervalLine {
  /// Of the I/O APIC: ISA's line 0 comes as its input 2.
  static let line = 2
  /// As the ISA bus numbers it.
  static let isaLine = 0

  /// - Parameter microseconds: 1 to 50,000.
  static func fire(afterMicroseconds microseconds: Int) {
    let count = max(1, microseconds * 1_193_182 / 1_000_000)
    // Mode 0, interrupt on terminal count, low byte first.
    portWrite8(0x43, 0x30)
    portWrite8(0x40, UInt8(truncatingIfNeeded: count))
    portWrite8(0x40, UInt8(truncatingIfNeeded: count >> 8))
  }
}

/// The serial port as a device: its line rises when it is told to say that it has room.
enum SerialLine {
  private static let interruptEnable: UInt16 = 0x3F9

  /// Then it says only again what it said before: that something was received.
  static func fire() {
    portWrite8(interruptEnable, 0x03)
    portWrite8(interruptEnable, 0x01)
  }
}
