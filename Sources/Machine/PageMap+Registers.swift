extension PageMap {
  /// Tables that can be added for registers above 4 GiB, as many as boot/layout.inc has room for: one for each GiB with
  /// registers, and one for each 512 GiB beyond the first.
  static let registerTableCount = 8

  // SAFETY: devices are found by the first core alone, and before it gives the others anything to do.
  nonisolated(unsafe) private static var usedTableCount = 0
  nonisolated(unsafe) private static var hasSaidThatNoneIsLeft = false

  /// Maps registers that firmware put above 4 GiB, for all cores: read-write, uncached, in pages of 2 MiB. What is mapped
  /// stays, and may be mapped again. When the tables are used up the console says so, once. Context: boot, on the first
  /// core.
  ///
  /// - Returns: whether they are mapped; false too for what lies below 4 GiB or where the processor has no addresses.
  static func mapRegisters(at base: UInt, byteCount: UInt) -> Bool {
    let (end, overflow) = base.addingReportingOverflow(byteCount)
    guard base >= mappedEnd, !overflow, end <= Processor.addressEnd else { return false }
    var page = base & ~(largePageByteCount - 1)
    while page < end {
      guard let pointers = table(in: BootLayout[.pageMap], page >> 39),
        let directory = table(in: pointers, page >> 30)
      else {
        sayThatNoneIsLeft(base)
        return false
      }
      entry(in: directory, page >> 21).store(UInt64(page) | Rights.data | Rights.large | Rights.uncached)
      page += largePageByteCount
    }
    return true
  }

  /// The table that an entry leads to, added when the entry is empty; nothing when none is left.
  private static func table(in parent: UInt, _ index: UInt) -> UInt? {
    let entry = entry(in: parent, index)
    let present = entry.load()
    if present & Rights.present != 0 { return UInt(present & Rights.address) }
    guard unsafe usedTableCount < registerTableCount else { return nil }
    let added = unsafe BootLayout[.registerTables] + UInt(usedTableCount) * pageByteCount
    unsafe usedTableCount += 1
    entry.store(UInt64(added) | Rights.present | Rights.writable)
    return added
  }

  private static func entry(in table: UInt, _ index: UInt) -> Register<UInt64> {
    // SAFETY: a table has 512 entries; it is one of those reserved in boot/entry.asm.
    unsafe Register<UInt64>(address: table + index % 512 * 8)
  }

  private static func sayThatNoneIsLeft(_ base: UInt) {
    guard unsafe !hasSaidThatNoneIsLeft else { return }
    unsafe hasSaidThatNoneIsLeft = true
    Console.write("sluice: registers at ")
    Console.write(hexadecimal: UInt64(base))
    Console.write(" cannot be mapped: all 8 page tables for registers above 4 GiB are used\n")
  }
}
