/// Memory found at boot, handed out once and never taken back: the only allocator there is.
///
/// Everything that lives as long as the kernel is carved from an arena before the first order is taken; after
/// that nothing allocates. Context: boot.
public struct Arena: ~Copyable {
  private var nextAddress: UInt
  private let endAddress: UInt

  /// Takes over the `byteCount` bytes at `base`.
  ///
  /// The memory must be writable, unused by anything else, and outlive all that is carved from it.
  @unsafe public init(base: UnsafeMutableRawPointer, byteCount: Int) {
    nextAddress = UInt(bitPattern: base)
    endAddress = nextAddress + UInt(byteCount)
  }

  /// Bytes not yet handed out.
  public var remainingByteCount: Int { Int(endAddress - nextAddress) }

  /// Carves `byteCount` zeroed bytes.
  ///
  /// - Parameter alignment: a power of two.
  public mutating func carve(byteCount: Int, alignment: Int) throws(ArenaError) -> UnsafeMutableRawPointer {
    let base = unsafe try carveUninitialized(byteCount: byteCount, alignment: max(alignment, 8))
    // By words: byte by byte the optimiser leaves it a loop.
    let words = byteCount / 8
    unsafe base.initializeMemory(as: UInt64.self, repeating: 0, count: words)
    unsafe (base + words * 8).initializeMemory(as: UInt8.self, repeating: 0, count: byteCount - words * 8)
    return unsafe base
  }

  /// Carves an arena of its own, for whoever carves on another core. In whole pages of 4 KiB.
  public mutating func split(byteCount: Int) throws(ArenaError) -> Arena {
    let memory = unsafe try carveUninitialized(byteCount: byteCount, alignment: 4096)
    // SAFETY: the bytes are exclusively the new arena's.
    return unsafe Arena(base: memory, byteCount: byteCount)
  }

  /// Carves `byteCount` bytes that hold anything, for whoever initializes them at once.
  mutating func carveUninitialized(
    byteCount: Int, alignment: Int
  ) throws(ArenaError) -> UnsafeMutableRawPointer {
    precondition(byteCount >= 0, "the size of what is carved is 0 or more")
    precondition(alignment > 0 && alignment & (alignment - 1) == 0, "an alignment is a power of two")
    let mask = UInt(alignment - 1)
    let (start, overflow) = (nextAddress & ~mask).addingReportingOverflow(
      nextAddress & mask == 0 ? 0 : mask + 1)
    guard !overflow, start <= endAddress, UInt(byteCount) <= endAddress - start else {
      throw .exhausted
    }
    nextAddress = start + UInt(byteCount)
    // SAFETY: the range lies inside the memory given at init and is handed out only this once.
    return unsafe UnsafeMutableRawPointer(bitPattern: start)!
  }
}

// It is the only one that knows its memory.
extension Arena: Sendable {}

/// Why memory could not be carved.
public enum ArenaError: Error {
  /// The limits ask for more memory than the machine has: give the machine more, or lower a limit.
  case exhausted
}
