import Buffers

/// The address space: every address is its own physical address, and every page has the rights it needs and no more.
///
/// The low 8 MiB are mapped in pages of 4 KiB, so that text (read, execute), constants (read) and data (read,
/// write) can differ; page 0 and the page below each stack are absent. Above lies memory and, in the last GiB below
/// 4 GiB, device registers, in pages of 2 MiB, read-write; above 4 GiB only the registers that a device in use has there.
/// Nothing is both writable and executable.
/// Source: Intel SDM 3A, 4.5. Context: boot.
public enum PageMap {
  static let pageByteCount: UInt = 4096
  static let largePageByteCount: UInt = 2 << 20
  /// What is mapped in 4 KiB pages; the image must end below.
  static let finelyMappedEnd: UInt = 8 << 20
  static let deviceStart: UInt = 3 << 30
  static let mappedEnd: UInt = 4 << 30

  /// Whether all of a range lies where only devices answer, below 4 GiB.
  public static func isDeviceMemory(_ address: UInt64, byteCount: UInt64) -> Bool {
    address >= UInt64(deviceStart) && address < UInt64(mappedEnd) && byteCount <= UInt64(mappedEnd) - address
  }

  struct Rights {
    static let present: UInt64 = 1
    static let writable: UInt64 = 1 << 1
    static let uncached: UInt64 = 1 << 4
    static let large: UInt64 = 1 << 7
    static let noExecute: UInt64 = 1 << 63
    static let address: UInt64 = 0x000F_FFFF_FFFF_F000
    static let text = present
    static let constants = present | noExecute
    static let data = present | writable | noExecute
  }

  /// Replaces the boot map by the final one.
  public static func install() {
    precondition(Image.end <= finelyMappedEnd, "the image does not fit the finely mapped memory")
    mapLargePages()
    mapSmallPages()
    unmap(BootLayout[.bootStackGuard])
    unmap(BootLayout[.doubleFaultStackGuard])
    unmap(BootLayout[.nonMaskableInterruptStackGuard])
    unmap(BootLayout[.machineCheckStackGuard])
    unmap(0)
    pageMapLoad(BootLayout[.pageMap])
  }

  /// Leaves the page at `address` absent from now on, for this core and those that start later. Above the finely mapped
  /// memory a table for the 2 MiB around it is carved. Context: boot.
  static func unmap(_ address: UInt, in arena: inout Arena) throws(ArenaError) {
    let index = Int(address / largePageByteCount)
    if entry(.pageDirectories, index) & Rights.large != 0 { try split(index, in: &arena) }
    // SAFETY: a directory entry that is not large holds the address of a table of 512 entries.
    let table = unsafe UnsafeMutablePointer<UInt64>(
      bitPattern: UInt(entry(.pageDirectories, index) & Rights.address))!
    unsafe table[Int(address / pageByteCount % 512)] = 0
    pageMapLoad(BootLayout[.pageMap])
  }

  /// Maps 2 MiB in pages of 4 KiB, with the rights that they have.
  private static func split(_ index: Int, in arena: inout Arena) throws(ArenaError) {
    let large = entry(.pageDirectories, index)
    let memory = unsafe try arena.carve(byteCount: Int(pageByteCount), alignment: Int(pageByteCount))
    // SAFETY: the carved page is exclusively ours.
    let table = unsafe memory.bindMemory(to: UInt64.self, capacity: 512)
    for page in 0..<512 { unsafe table[page] = (large & ~Rights.large) + UInt64(page) << 12 }
    setEntry(
      .pageDirectories, index, UInt64(UInt(bitPattern: memory)) | Rights.present | Rights.writable)
  }

  /// Makes a low page of data executable, and no longer writable, or data again.
  static func setExecutable(_ isExecutable: Bool, page address: UInt) {
    let rights = isExecutable ? Rights.text : Rights.data
    setEntry(.pageTables, Int(address / pageByteCount), UInt64(address) | rights)
    pageMapLoad(BootLayout[.pageMap])
  }

  private static func mapLargePages() {
    for index in 0..<Int(mappedEnd / largePageByteCount) {
      let address = UInt(index) * largePageByteCount
      let caching = address >= deviceStart ? Rights.uncached : 0
      setEntry(.pageDirectories, index, UInt64(address) | Rights.data | Rights.large | caching)
    }
  }

  private static func mapSmallPages() {
    for index in 0..<Int(finelyMappedEnd / pageByteCount) {
      let address = UInt(index) * pageByteCount
      setEntry(.pageTables, index, UInt64(address) | rights(at: address))
    }
    for index in 0..<Int(finelyMappedEnd / largePageByteCount) {
      let table = BootLayout[.pageTables] + UInt(index) * pageByteCount
      setEntry(.pageDirectories, index, UInt64(table) | Rights.present | Rights.writable)
    }
  }

  private static func rights(at address: UInt) -> UInt64 {
    if address < Image.start || address >= BootLayout[.readOnlyDataEnd] { return Rights.data }
    return address < Image.textEnd ? Rights.text : Rights.constants
  }

  private static func unmap(_ address: UInt) {
    setEntry(.pageTables, Int(address / pageByteCount), 0)
  }

  private static func entry(_ table: BootLayout.Item, _ index: Int) -> UInt64 {
    // SAFETY: as below.
    unsafe UnsafePointer<UInt64>(bitPattern: BootLayout[table])![index]
  }

  private static func setEntry(_ table: BootLayout.Item, _ index: Int, _ entry: UInt64) {
    // SAFETY: the tables are reserved in boot/entry.asm, in one piece for all directories and all tables.
    unsafe UnsafeMutablePointer<UInt64>(bitPattern: BootLayout[table])![index] = entry
  }
}
