/// An I/O APIC: where its registers are, and the number of its first input among those of all of them.
public struct InputOutputController: Sendable {
  public var address: UInt32
  public var firstLine: UInt32

  public init(address: UInt32, firstLine: UInt32) {
    self.address = address
    self.firstLine = firstLine
  }
}

/// Where an interrupt line comes in, and what its signal is like.
public struct InterruptLine: Sendable {
  /// Among the inputs of all I/O APICs.
  public var global: UInt32
  public var isActiveLow: Bool
  public var isLevelTriggered: Bool

  /// One that no table says anything of: rising edges at the input with its number.
  public init(input: UInt32) {
    global = input
    isActiveLow = false
    isLevelTriggered = false
  }

  /// By the flags of an override (ACPI 6.5, table 5.26): the bus's own way unless they say otherwise.
  init(global: UInt32, flags: UInt16) {
    self.global = global
    isActiveLow = flags & 0b11 == 0b11
    isLevelTriggered = flags >> 2 & 0b11 == 0b11
  }
}

/// The I/O APICs, and how the 16 lines of the ISA bus reach them.
public struct InterruptLines: Sendable {
  private var controllers: InlineArray<8, InputOutputController>
  public private(set) var controllerCount = 0
  private var overrides: InlineArray<16, InterruptLine?> = InlineArray(repeating: nil)

  /// No controller is known.
  public init() {
    controllers = InlineArray(repeating: InputOutputController(address: 0, firstLine: 0))
  }

  /// Those beyond the eighth are left out.
  mutating func add(_ controller: InputOutputController) {
    guard controllerCount < MachineTables.mostControllers else { return }
    controllers[controllerCount] = controller
    controllerCount += 1
  }

  mutating func override(line: UInt8, _ place: InterruptLine) {
    if line < 16 { overrides[Int(line)] = place }
  }

  /// Where ISA line 0 to 15 comes in.
  public subscript(line: Int) -> InterruptLine {
    precondition(line >= 0 && line < 16, "a line of the ISA bus is 0 to 15")
    return overrides[line] ?? InterruptLine(input: UInt32(line))
  }

  /// The controller that has input `global`: the one whose first input is the last that is not above. Whether it has that
  /// many inputs only the controller itself knows.
  public func controller(ofLine global: UInt32) -> InputOutputController? {
    var best: InputOutputController?
    for index in 0..<controllerCount {
      let candidate = controllers[index]
      if candidate.firstLine <= global, best == nil || candidate.firstLine > best!.firstLine {
        best = candidate
      }
    }
    return best
  }
}
