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

  /// Entries are 20 bytes for a processor and 8 for everything else (MP 1.4, table 4-3); an unknown one ends the walk. They
  /// are counted by the table's length: firmware exists (qboot) that leaves their number at 0.
  private mutating func readMultiprocessorEntries(_ table: RawSpan) {
    var found = MultiprocessorLines()
    var offset = Self.headerByteCount
    while offset < table.byteCount {
      let type = table.byte(at: offset)
      let byteCount = type == 0 ? 20 : 8
      guard type <= 4, byteCount <= table.byteCount - offset else { break }
      let entry = table.extracting(offset..<offset + byteCount)
      switch type {
      case 0: readMultiprocessorProcessor(entry)
      case 1: found.readBus(entry)
      case 2: found.readController(entry)
      case 3: found.readLine(entry)
      default: break
      }
      offset += byteCount
    }
    if lines.controllerCount == 0 { lines = found.lines }
  }

  /// Bit 0 of the flags says that it can be used (4.3.1).
  private mutating func readMultiprocessorProcessor(_ entry: RawSpan) {
    if entry.byte(at: 3) & 1 != 0 {
      processors.insert(entry.byte(at: 1))
    } else {
      disabledProcessorCount += 1
    }
  }
}
