import Firmware
import Synchronization

/// The controllers that turn interrupt lines into vectors: of the serial port, and of devices without messages. Source: Intel 82093AA, 3.0.
public enum InputOutputAPIC {
  /// Where the first one is when no table says it, with the ISA bus's lines in their order.
  private static let customary = InputOutputController(address: 0xFEC0_0000, firstLine: 0)
  private static let versionRegister: UInt32 = 1

  // SAFETY: the first core alone writes it, before another one runs.
  nonisolated(unsafe) private static var lines = InterruptLines()

  /// One register says which the other one is: no core may change it between the two accesses of another.
  private static let isInUse = Atomic<Bool>(false)

  /// What one core does while no other one touches a controller: some ten accesses at most.
  private static func alone<Result>(_ body: () -> Result) -> Result {
    while isInUse.exchange(true, ordering: .acquiring) { corePause() }
    defer { isInUse.store(false, ordering: .releasing) }
    return body()
  }

  /// Where lines come in from now on.
  static func use(_ lines: InterruptLines) { unsafe Self.lines = lines }

  /// Lets the edges of a line of the ISA bus mark `source` on a core, on this one when none is named.
  ///
  /// - Returns: false when no controller has the line.
  @discardableResult
  public static func route(line: Int, to source: Int, core: Int? = nil) -> Bool {
    route(unsafe lines[line], InterruptTable.vector(of: source), identifier(ofCore: core))
  }

  /// Lets the edges of a line of the ISA bus run the urgent task of `slot` on a core, on this one when none is named.
  ///
  /// - Returns: false when no controller has the line.
  @discardableResult
  public static func route(line: Int, to slot: UrgentSlot, core: Int? = nil) -> Bool {
    route(unsafe lines[line], slot.vector, identifier(ofCore: core))
  }

  /// Lets the edges of a device's interrupt come as `vector` of the local APIC with `identifier`: the lowest 16 interrupts are
  /// the lines of the ISA bus, the others inputs by their number among those of all controllers.
  ///
  /// - Returns: the input; nothing when no controller has it.
  public static func route(interrupt: UInt32, toVector vector: UInt8, ofProcessor identifier: UInt8)
    -> UInt32?
  {
    let place = unsafe interrupt < 16 ? lines[Int(interrupt)] : InterruptLine(input: interrupt)
    return route(place, vector, identifier) ? place.global : nil
  }

  private static func identifier(ofCore core: Int?) -> UInt8 {
    core.map { Processors.identifier(ofCore: $0) } ?? LocalAPIC.identifier
  }

  /// One that reports levels has edges too, and an interrupt that only marks must not come again while the level stands.
  private static func route(_ place: InterruptLine, _ vector: UInt8, _ identifier: UInt8) -> Bool {
    alone {
      guard let entry = Entry(input: place.global) else { return false }
      entry.mask()
      entry.write(high: UInt32(identifier) << 24)
      entry.write(low: UInt32(vector) | (place.isActiveLow ? 1 << 13 : 0))
      return true
    }
  }

  /// Holds a line back, or lets it come again; an edge that comes meanwhile is lost, so whoever lets the line come looks at
  /// the device itself.
  static func setMask(_ isMasked: Bool, line: Int) { setMask(isMasked, input: unsafe lines[line].global) }

  /// The same for an input, by its number among those of all controllers.
  static func setMask(_ isMasked: Bool, input: UInt32) {
    alone {
      guard let entry = Entry(input: input) else { return }
      if isMasked { entry.mask() } else { entry.unmask() }
    }
  }

  /// One input's two words in its controller's table.
  private struct Entry {
    private static let masked: UInt32 = 1 << 16

    private let base: UInt
    private let register: UInt32

    /// Nothing when there is no controller that has it, or where one is said to be, no device can be.
    init?(input: UInt32) {
      let controller = unsafe lines.controllerCount == 0 ? customary : lines.controller(ofLine: input)
      guard let controller, UInt(controller.address) >= PageMap.deviceStart, controller.address % 16 == 0,
        controller.address <= UInt32.max - 0x20, input >= controller.firstLine
      else { return nil }
      base = UInt(controller.address)
      // Bits 16 to 23 of the version are the last entry's number.
      let last = InputOutputAPIC.read(base, versionRegister) >> 16 & 0xFF
      guard input - controller.firstLine <= last else { return nil }
      register = 0x10 + 2 * (input - controller.firstLine)
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
