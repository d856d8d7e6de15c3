import Buffers

/// Shared words whose number is known at boot only, in memory that lives as long as its arena.
@safe struct SharedWordTable<Word: SharedWord & ~Copyable>: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let stride: Int
  let count: Int

  /// Carves `count` words, at least one. Context: boot.
  ///
  /// - Parameter isSpaced: each word alone in its pair of cache lines; else side by side.
  init(
    repeating value: UInt64, count: Int, isSpaced: Bool = true, in arena: inout Arena
  ) throws(ArenaError) {
    let stride = isSpaced ? 128 : MemoryLayout<Word>.stride
    let (byteCount, overflow) = stride.multipliedReportingOverflow(by: count)
    guard !overflow else { throw .exhausted }
    let base = unsafe try arena.carve(byteCount: byteCount, alignment: 128)
    // SAFETY: the carved range holds `count` strides, and a word fits one.
    for index in 0..<count {
      unsafe (base + index * stride).initializeMemory(as: Word.self, to: Word(value))
    }
    unsafe self.base = base
    self.stride = stride
    self.count = count
  }

  /// One of the words, to be kept.
  func reference(to index: Int) -> Placed<Word> {
    // SAFETY: the words are initialized for as long as the arena's memory lives.
    unsafe Placed(address(of: index))
  }

  subscript(index: Int) -> Word {
    // SAFETY: as above.
    @inline(__always) unsafeAddress { unsafe address(of: index) }
  }

  @inline(__always)
  private func address(of index: Int) -> UnsafePointer<Word> {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such shared word")
    // SAFETY: the index was checked.
    return unsafe UnsafePointer((base + index &* stride).assumingMemoryBound(to: Word.self))
  }
}
