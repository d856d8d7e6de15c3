import Wire

/// What the table of Intel's MultiProcessor Specification says of interrupt lines, taken from its entries as they come: it has
/// buses before I/O APICs, and those before lines (MP 1.4, 4.3).
struct MultiprocessorLines {
  /// The table numbers each I/O APIC's inputs by themselves, with eight bits, and does not say how many there are. Those of
  /// the n-th are numbered from 256 n on among the inputs of all, counted from 0.
  private static let inputsPerController: UInt32 = 256

  private(set) var lines = InterruptLines()
  /// By their order in the table.
  private var identifiers: InlineArray<8, UInt8> = InlineArray(repeating: 0)
  /// The first bus that is an ISA bus.
  private var bus: UInt8?

  /// A bus (MP 1.4, 4.3.2).
  mutating func readBus(_ entry: RawSpan) {
    if bus == nil, entry.has("ISA   ", at: 2) { bus = entry.byte(at: 1) }
  }

  /// An I/O APIC (4.3.3); bit 0 of its flags says that it can be used.
  mutating func readController(_ entry: RawSpan) {
    let count = lines.controllerCount
    guard entry.byte(at: 3) & 1 != 0, count < MachineTables.mostControllers else { return }
    identifiers[count] = entry.byte(at: 1)
    lines.add(
      InputOutputController(
        address: entry.littleEndian(at: 4), firstLine: UInt32(count) * Self.inputsPerController))
  }

  /// Where a line comes in (4.3.4): of ordinary interrupts (type 0) those of the ISA bus. Its flags are those that ACPI has.
  mutating func readLine(_ entry: RawSpan) {
    guard entry.byte(at: 1) == 0, let bus, entry.byte(at: 4) == bus,
      let controller = controller(identifier: entry.byte(at: 6))
    else { return }
    lines.override(
      line: entry.byte(at: 5),
      InterruptLine(
        global: UInt32(controller) * Self.inputsPerController + UInt32(entry.byte(at: 7)),
        flags: entry.littleEndian(at: 2)))
  }

  /// 255 means all of them, of which the first will do.
  private func controller(identifier: UInt8) -> Int? {
    if identifier == 255 && lines.controllerCount > 0 { return 0 }
    for index in 0..<lines.controllerCount where identifiers[index] == identifier { return index }
    return nil
  }
}
