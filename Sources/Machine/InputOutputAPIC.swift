/// The controller that turns interrupt lines into vectors; used for the serial port. Source: Intel 82093AA, 3.0.
public enum InputOutputAPIC {
  private static let base: UInt = 0xFEC0_0000

  /// Lets the edge-triggered `line` mark `source` on this core.
  public static func route(line: Int, to source: Int) { route(line, InterruptTable.vector(of: source)) }

  /// Lets the edge-triggered `line` run the urgent task of `slot`.
  public static func route(line: Int, to slot: UrgentSlot) { route(line, slot.vector) }

  private static func route(_ line: Int, _ vector: UInt8) {
    let register = UInt32(0x10 + 2 * line)
    write(register + 1, UInt32(LocalAPIC.identifier) << 24)
    write(register, UInt32(vector))
  }

  /// Bit 16 of a line's entry holds it back; an edge that comes meanwhile is lost, so whoever lets the line come again
  /// looks at the device itself.
  static func setMask(_ isMasked: Bool, line: Int) {
    let register = UInt32(0x10 + 2 * line)
    let entry = read(register)
    write(register, isMasked ? entry | 1 << 16 : entry & ~(1 << 16))
  }

  private static func read(_ register: UInt32) -> UInt32 {
    // SAFETY: as below.
    unsafe Register<UInt32>(address: base).store(register)
    return unsafe Register<UInt32>(address: base + 0x10).load()
  }

  private static func write(_ register: UInt32, _ value: UInt32) {
    // SAFETY: the controller answers at its customary address, which is mapped uncached.
    unsafe Register<UInt32>(address: base).store(register)
    unsafe Register<UInt32>(address: base + 0x10).store(value)
  }
}
