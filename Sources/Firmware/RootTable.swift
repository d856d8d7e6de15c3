import Wire

/// The table that all other ACPI tables are found through: XSDT, or RSDT before ACPI 2.0 (ACPI 6.5, 5.2.7 and 5.2.8).
struct RootTable {
  /// Tables that are looked through for one.
  private static let mostTables = 256
  /// The longest table that is read; a longer one counts as not being there.
  private static let longestTable = 1 << 20
  /// Of the header that all tables begin with (ACPI 6.5, 5.2.6).
  private static let headerByteCount = 36

  private let address: UInt64
  private let entryByteCount: Int

  /// By the pointer that the loader gave, else by one in the first KiB of the extended BIOS data area or between
  /// 0xE0000 and 0xFFFFF (ACPI 6.5, 5.2.5.1).
  init?(_ memory: borrowing some PhysicalMemory & ~Copyable, _ places: FirmwarePlaces) {
    if places.rootPointer != 0, let root = Self.follow(places.rootPointer, memory) {
      self = root
      return
    }
    let areas = FirmwareArea.ofRootPointer(places)
    for index in 0..<areas.count {
      for step in 0..<areas[index].stepCount {
        guard let root = Self.follow(areas[index].address(ofStep: step), memory) else { continue }
        self = root
        return
      }
    }
    return nil
  }

  private init(address: UInt64, entryByteCount: Int) {
    self.address = address
    self.entryByteCount = entryByteCount
  }

  /// The root table that a pointer at `address` leads to, if there is one (ACPI 6.5, 5.2.5.3). A table at the wider address
  /// goes first; one that cannot be read leaves the older one.
  private static func follow(
    _ address: UInt64, _ memory: borrowing some PhysicalMemory & ~Copyable
  ) -> RootTable? {
    guard let first = memory.bytes(at: address, count: 20), first.has("RSD PTR "), first.hasZeroSum else {
      return nil
    }
    let older = RootTable(address: UInt64(first.littleEndian(at: 16, as: UInt32.self)), entryByteCount: 4)
    if first.byte(at: 15) >= 2, let all = memory.bytes(at: address, count: 36), all.hasZeroSum {
      let newer = RootTable(address: all.littleEndian(at: 24), entryByteCount: 8)
      if newer.isPresent(memory) { return newer }
    }
    return older.isPresent(memory) ? older : nil
  }

  private func isPresent(_ memory: borrowing some PhysicalMemory & ~Copyable) -> Bool {
    Self.table(entryByteCount == 8 ? "XSDT" : "RSDT", at: address, memory) != nil
  }

  /// Does something with the first table named `signature` whose bytes are in order.
  func withTable(
    _ signature: StaticString, _ memory: borrowing some PhysicalMemory & ~Copyable, _ body: (RawSpan) -> Void
  ) {
    guard let root = Self.table(entryByteCount == 8 ? "XSDT" : "RSDT", at: address, memory) else { return }
    let count = min((root.byteCount - Self.headerByteCount) / entryByteCount, Self.mostTables)
    for index in 0..<count {
      let offset = Self.headerByteCount + index * entryByteCount
      let address: UInt64 =
        entryByteCount == 8
        ? root.littleEndian(at: offset) : UInt64(root.littleEndian(at: offset, as: UInt32.self))
      if let table = Self.table(signature, at: address, memory) { return body(table) }
    }
  }

  @_lifetime(borrow memory)
  private static func table<Memory: PhysicalMemory & ~Copyable>(
    _ signature: StaticString, at address: UInt64, _ memory: borrowing Memory
  ) -> RawSpan? {
    guard let header = memory.bytes(at: address, count: headerByteCount), header.has(signature) else {
      return nil
    }
    let length = Int(header.littleEndian(at: 4, as: UInt32.self))
    guard length >= headerByteCount, length <= longestTable,
      let table = memory.bytes(at: address, count: length), table.hasZeroSum
    else { return nil }
    return table
  }
}
