/// What the loader says of the machine: PVH's `hvm_start_info` (Xen public headers, arch-x86/hvm/start_info.h).
///
/// It is copied, because the loader may have put it into page 0, which the final page map leaves absent.
public struct StartInfo: ~Copyable {
  static let magic: UInt32 = 0x336E_C578
  /// The longest command line that is read, in bytes; the rest of a longer one is cut.
  public static let longestCommandLine = 1024
  /// The most memory ranges that are read; the rest is not used.
  public static let mostMemoryRanges = 32

  private var commandLineBytes: InlineArray<1024, UInt8> = InlineArray(repeating: 0)
  private var commandLineByteCount = 0
  private var memoryRanges: InlineArray<32, MemoryRange> = InlineArray(repeating: .none)
  private var memoryRangeCount = 0

  /// - Parameter address: what the loader handed over; nothing when that is not a start info. Must be called before
  ///   the boot page map is replaced.
  @unsafe public init?(address: UInt) {
    // SAFETY: the boot map covers all low memory; offsets are those of version 1 of the structure, 56 bytes long.
    guard let base = unsafe UnsafeRawPointer(bitPattern: address),
      unsafe base.load(as: UInt32.self) == Self.magic
    else { return nil }
    unsafe copyCommandLine(UInt(base.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
    unsafe copyMemoryMap(
      UInt(base.loadUnaligned(fromByteOffset: 40, as: UInt64.self)),
      count: Int(base.loadUnaligned(fromByteOffset: 48, as: UInt32.self)))
  }

  @unsafe private mutating func copyCommandLine(_ address: UInt) {
    guard let start = unsafe UnsafePointer<UInt8>(bitPattern: address) else { return }
    // SAFETY: the loader ends the line with a zero.
    while commandLineByteCount < Self.longestCommandLine, unsafe start[commandLineByteCount] != 0 {
      commandLineBytes[commandLineByteCount] = unsafe start[commandLineByteCount]
      commandLineByteCount += 1
    }
  }

  /// Entries of 24 bytes: address, size, type.
  @unsafe private mutating func copyMemoryMap(_ address: UInt, count: Int) {
    guard let start = unsafe UnsafeRawPointer(bitPattern: address) else { return }
    memoryRangeCount = min(count, Self.mostMemoryRanges)
    for index in 0..<memoryRangeCount {
      // SAFETY: the loader says that there are at least `count` entries.
      let entry = unsafe start + index * 24
      memoryRanges[index] = unsafe MemoryRange(
        start: UInt(entry.loadUnaligned(as: UInt64.self)),
        byteCount: UInt(entry.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
        isUsable: entry.loadUnaligned(fromByteOffset: 16, as: UInt32.self) == 1)
    }
  }

  /// The command line's bytes, without the final zero.
  public var commandLine: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: bytes have no padding, so all of the span is initialized.
      unsafe commandLineBytes.span.extracting(0..<commandLineByteCount).bytes
    }
  }

  /// The largest usable range above the image and below the device registers.
  public var largestFreeRange: MemoryRange {
    var largest = MemoryRange.none
    for index in 0..<memoryRangeCount {
      let range = memoryRanges[index].clipped(from: Image.end, to: PageMap.deviceStart)
      if range.isUsable && range.byteCount > largest.byteCount { largest = range }
    }
    return largest
  }
}
