import Wire

// The table of Intel's MultiProcessor Specification 1.4, which machines have that are older than ACPI.
extension MachineTables {
  private static let pointerByteCount = 16
  private static let headerByteCount = 44

  /// Searches the places of the specification's chapter 4 in their order, and reads the first table that is in order.
  ///
  /// - Returns: false when there is none.
  mutating func readMultiprocessorTable(
    _ memory: borrowing some PhysicalMemory & ~Copyable, _ places: FirmwarePlaces
  ) -> Bool {
    let areas = FirmwareArea.ofMultiprocessorPointer(places)
    for index in 0..<areas.count {
      for step in 0..<areas[index].stepCount
      where followMultiprocessorPointer(areas[index].address(ofStep: step), memory) {
        return true
      }
    }
    return false
  }

  /// The floating pointer (MP 1.4, 4.1) and the header of what it leads to (4.2).
  private mutating func followMultiprocessorPointer(
    _ address: UInt64, _ memory: borrowing some PhysicalMemory & ~Copyable
  ) -> Bool {
    guard let pointer = memory.bytes(at: address, count: Self.pointerByteCount), pointer.has("_MP_"),
      pointer.byte(at: 8) == 1, pointer.hasZeroSum
    else { return false }
    let start = UInt64(pointer.littleEndian(at: 4, as: UInt32.self))
    guard start != 0, let header = memory.bytes(at: start, count: Self.headerByteCount), header.has("PCMP")
    else {
      return false
    }
    let length = Int(header.littleEndian(at: 4, as: UInt16.self))
    guard length >= Self.headerByteCount, let table = memory.bytes(at: start, count: length), table.hasZeroSum
    else {
      return false
    }
    readMultiprocessorEntries(table)
    return true
  }

  /// Entries are 20 bytes for a processor and 8 for everything else (MP 1.4, table 4-3); an unknown one ends the walk.
  private mutating func readMultiprocessorEntries(_ table: RawSpan) {
    var offset = Self.headerByteCount
    var left = Int(table.littleEndian(at: 34, as: UInt16.self))
    while left > 0, offset < table.byteCount {
      let type = table.byte(at: offset)
      let byteCount = type == 0 ? 20 : 8
      guard type <= 4, byteCount <= table.byteCount - offset else { return }
      readMultiprocessorEntry(type, table.extracting(offset..<offset + byteCount))
      offset += byteCount
      left -= 1
    }
  }

  private mutating func readMultiprocessorEntry(_ type: UInt8, _ entry: RawSpan) {
    // Bit 0 of both flags says that it can be used (MP 1.4, 4.3.1 and 4.3.3).
    switch type {
    case 0 where entry.byte(at: 3) & 1 != 0: processors.insert(entry.byte(at: 1))
    case 0: disabledProcessorCount += 1
    case 2 where entry.byte(at: 3) & 1 != 0 && source == .none && lines.controllerCount == 0:
      lines.add(InputOutputController(address: entry.littleEndian(at: 4), firstLine: 0))
    default: break
    }
  }
}
