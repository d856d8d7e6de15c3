import Firmware

/// The controllers that turn interrupt lines into vectors; used for the serial port. Source: Intel 82093AA, 3.0.
public enum InputOutputAPIC {
  /// Where the first one is when no table says it, with the ISA bus's lines in their order.
  private static let customary = InputOutputController(address: 0xFEC0_0000, firstLine: 0)
  private static let versionRegister: UInt32 = 1

  // SAFETY: the first core alone writes it, before another one runs.
  nonisolated(unsafe) private static var lines = InterruptLines()

  /// Where lines come in from now on.
  static func use(_ lines: InterruptLines) { unsafe Self.lines = lines }

  /// Lets the edges of a line of the ISA bus mark `source` on a core, on this one when none is named.
  ///
  /// - Returns: false when no controller has the line.
  @discardableResult
  public static func route(line: Int, to source: Int, core: Int? = nil) -> Bool {
    route(line, InterruptTable.vector(of: source), core)
  }

  /// Lets the edges of a line of the ISA bus run the urgent task of `slot` on a core, on this one when none is named.
  ///
  /// - Returns: false when no controller has the line.
  @discardableResult
  public static func route(line: Int, to slot: UrgentSlot, core: Int? = nil) -> Bool {
    route(line, slot.vector, core)
  }

  /// One that reports levels has edges too, and an interrupt that only marks must not come again while the level stands.
  private static func route(_ line: Int, _ vector: UInt8, _ core: Int?) -> Bool {
    guard let entry = Entry(line: line) else { return false }
    let identifier = core.map { Processors.identifier(ofCore: $0) } ?? LocalAPIC.identifier
    entry.mask()
    entry.write(high: UInt32(identifier) << 24)
    entry.write(low: UInt32(vector) | (unsafe lines[line].isActiveLow ? 1 << 13 : 0))
    return true
  }

  /// Holds a line back, or lets it come again; an edge that comes meanwhile is lost, so whoever lets the line come looks at
  /// the device itself.
  static func setMask(_ isMasked: Bool, line: Int) {
    guard let entry = Entry(line: line) else { return }
    if isMasked { entry.mask() } else { entry.unmask() }
  }

  /// One line's two words in its controller's table.
  private struct Entry {
    private static let masked: UInt32 = 1 << 16

    private let base: UInt
    private let register: UInt32

    /// Nothing when there is no controller that has it, or where one is said to be, no device can be.
    init?(line: Int) {
      let global = unsafe lines[line].global
      let controller = unsafe lines.controllerCount == 0 ? customary : lines.controller(ofLine: global)
      guard let controller, UInt(controller.address) >= PageMap.deviceStart, controller.address % 16 == 0,
        controller.address <= UInt32.max - 0x20
      else { return nil }
      base = UInt(controller.address)
      // Bits 16 to 23 of the version are the last entry's number.
      let last = InputOutputAPIC.read(base, versionRegister) >> 16 & 0xFF
      guard global - controller.firstLine <= last else { return nil }
      register = 0x10 + 2 * (global - controller.firstLine)
    }

    func write(low: UInt32) { InputOutputAPIC.write(base, register, low) }
    func write(high: UInt32) { InputOutputAPIC.write(base, register + 1, high) }
    func mask() { write(low: InputOutputAPIC.read(base, register) | Self.masked) }
    func unmask() { write(low: InputOutputAPIC.read(base, register) & ~Self.masked) }
  }

  private static func read(_ base: UInt, _ register: UInt32) -> UInt32 {
    // SAFETY: as below.
    unsafe Register<UInt32>(address: base).store(register)
    return unsafe Register<UInt32>(address: base + 0x10).load()
  }

  private static func write(_ base: UInt, _ register: UInt32, _ value: UInt32) {
    // SAFETY: the controller answers there, or at least no memory does: the last GiB below 4 GiB is mapped uncached.
    unsafe Register<UInt32>(address: base).store(register)
    unsafe Register<UInt32>(address: base + 0x10).store(value)
  }
}
