public import Firmware

/// What the loader says of the machine: PVH's `hvm_start_info` (Xen public headers, arch-x86/hvm/start_info.h).
///
/// It is copied, because the loader may have put it into page 0, which the final page map leaves absent.
public struct StartInfo: ~Copyable {
  static let magic: UInt32 = 0x336E_C578
  /// The longest command line that is read, in bytes.
  public static let longestCommandLine = 1024
  /// A memory map with more entries than that is none.
  private static let longestMemoryMap = 4096

  private var commandLineBytes: InlineArray<1024, UInt8> = InlineArray(repeating: 0)
  private var commandLineByteCount = 0
  /// Whether the loader's line is longer than the longest one that is read, so that words are missing.
  public private(set) var isCommandLineCut = false
  public private(set) var memoryRanges = MemoryRanges()
  /// Where firmware's tables are to be looked for.
  public private(set) var firmwarePlaces = FirmwarePlaces(rootPointer: 0, extendedDataArea: 0)

  /// - Parameter address: what the loader handed over; nothing when that is not a start info, or leads to where the
  ///   boot map does not. Must be called before that is replaced.
  @unsafe public init?(address: UInt) {
    // SAFETY: the boot map covers all low memory; offsets are those of version 1 of the structure, 56 bytes long.
    guard Self.isMapped(address, byteCount: 56), let base = unsafe UnsafeRawPointer(bitPattern: address),
      unsafe base.load(as: UInt32.self) == Self.magic
    else { return nil }
    unsafe firmwarePlaces = FirmwarePlaces(
      rootPointer: base.loadUnaligned(fromByteOffset: 32, as: UInt64.self),
      extendedDataArea: Self.extendedDataArea)
    let line = unsafe UInt(base.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    guard Self.isMapped(line, byteCount: UInt(Self.longestCommandLine) + 1) else { return nil }
    unsafe copyCommandLine(line)
    // Version 0 ends before it.
    guard unsafe base.load(fromByteOffset: 4, as: UInt32.self) >= 1 else { return }
    let map = unsafe UInt(base.loadUnaligned(fromByteOffset: 40, as: UInt64.self))
    guard Self.isMapped(map, byteCount: UInt(Self.longestMemoryMap) * 24) else { return nil }
    unsafe copyMemoryMap(map, count: Int(base.loadUnaligned(fromByteOffset: 48, as: UInt32.self)))
  }

  /// Whether the boot map, which covers the low 4 GiB, has all of what may be read there.
  private static func isMapped(_ address: UInt, byteCount: UInt) -> Bool {
    address <= PageMap.mappedEnd - byteCount
  }

  /// Firmware keeps its segment in page 0, which only the boot map has (ACPI 6.5, 5.2.5.1).
  @unsafe private static var extendedDataArea: UInt64 {
    // SAFETY: the boot map covers all low memory.
    unsafe UInt64(UnsafeRawPointer(bitPattern: 0x40E)!.load(as: UInt16.self)) << 4
  }

  @unsafe private mutating func copyCommandLine(_ address: UInt) {
    guard let start = unsafe UnsafePointer<UInt8>(bitPattern: address) else { return }
    // SAFETY: the loader ends the line with a zero.
    while commandLineByteCount < Self.longestCommandLine, unsafe start[commandLineByteCount] != 0 {
      commandLineBytes[commandLineByteCount] = unsafe start[commandLineByteCount]
      commandLineByteCount += 1
    }
    isCommandLineCut = unsafe start[commandLineByteCount] != 0
  }

  /// Entries of 24 bytes: address, size, type.
  @unsafe private mutating func copyMemoryMap(_ address: UInt, count: Int) {
    guard count <= Self.longestMemoryMap, let start = unsafe UnsafeRawPointer(bitPattern: address) else {
      return
    }
    for index in 0..<count {
      // SAFETY: the loader says that there are at least `count` entries.
      let entry = unsafe start + index * 24
      unsafe memoryRanges.add(
        MemoryRange(
          start: entry.loadUnaligned(as: UInt64.self),
          byteCount: entry.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
          isUsable: entry.loadUnaligned(fromByteOffset: 16, as: UInt32.self) == 1))
    }
  }

  /// The command line's bytes, without the final zero.
  public var commandLine: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: bytes have no padding, so all of the span is initialized.
      unsafe commandLineBytes.span.extracting(0..<commandLineByteCount).bytes
    }
  }
}
