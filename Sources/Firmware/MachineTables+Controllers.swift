import Wire

extension MachineTables {
  /// Reads the MADT: local APICs, I/O APICs and where lines lead to (ACPI 6.5, 5.2.12).
  mutating func readInterruptControllers(_ table: RawSpan) {
    var found = self
    table.forEachStructure(from: 44) { type, structure in
      switch (type, structure.byteCount) {
      case (0, 8...):
        found.add(
          processor: UInt32(structure.byte(at: 3)), flags: structure.littleEndian(at: 4))
      case (1, 12...):
        found.lines.add(
          InputOutputController(
            address: structure.littleEndian(at: 4), firstLine: structure.littleEndian(at: 8)))
      case (2, 10...):
        found.lines.override(
          line: structure.byte(at: 3),
          InterruptLine(
            global: structure.littleEndian(at: 4), flags: structure.littleEndian(at: 8)))
      case (9, 16...):
        found.add(
          processor: structure.littleEndian(at: 4), flags: structure.littleEndian(at: 8))
      default: break
      }
    }
    self = found
  }

  /// Bit 0 says that it is enabled; one that is not must not be started (ACPI 6.5, table 5.22).
  private mutating func add(processor identifier: UInt32, flags: UInt32) {
    guard flags & 1 != 0 else {
      disabledProcessorCount += 1
      return
    }
    if identifier < UInt32(ProcessorSet.identifiers.upperBound) {
      processors.insert(UInt8(identifier))
    } else {
      unreachableProcessorCount += 1
    }
  }
}
