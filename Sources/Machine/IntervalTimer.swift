/// Counter 0 of the 8254 interval timer: the one clock of known rate that every machine has, q35 and microvm alike.
/// Used only to measure the others.
struct IntervalTimer {
  static let frequencyHertz: UInt64 = 1_193_182
  private static let counter: UInt16 = 0x40
  private static let command: UInt16 = 0x43

  /// Starts counter 0 downwards from 65,536, over and over: mode 2, low byte first.
  static func start() {
    portWrite8(command, 0x34)
    portWrite8(counter, 0)
    portWrite8(counter, 0)
  }

  /// The counter's value, latched so that both bytes belong together.
  static func read() -> UInt16 {
    portWrite8(command, 0x00)
    let low = UInt16(portRead8(counter))
    return low | UInt16(portRead8(counter)) << 8
  }
}
