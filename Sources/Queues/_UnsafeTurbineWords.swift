import Buffers

/// Shared words of a number known only at run time: cursors far apart, publications side by side. In memory that lives as long as its arena.
@safe struct TurbineWords<Word: SharedWord & ~Copyable>: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let stride: Int
  private let count: Int

  /// Carves the words, above zero of them. Context: boot.
  ///
  /// - Parameter isSpaced: each word alone in its pair of cache lines; else side by side.
  init(count: Int, repeating value: UInt64, isSpaced: Bool, in arena: inout Arena) throws(ArenaError) {
    let stride = isSpaced ? SharedWords<1, Word>.stride : MemoryLayout<Word>.stride
    let (byteCount, overflow) = stride.multipliedReportingOverflow(by: count)
    guard !overflow else { throw .exhausted }
    let base = unsafe try arena.carve(byteCount: byteCount, alignment: SharedWords<1, Word>.stride)
    // SAFETY: the carved range holds `count` strides, and a word fits one.
    for index in 0..<count {
      unsafe (base + index * stride).initializeMemory(as: Word.self, to: Word(value))
    }
    unsafe self.base = base
    self.stride = stride
    self.count = count
  }

  /// One word of the table, checked once.
  func reference(to index: Int) -> TurbineWord<Word> {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such shared word")
    // SAFETY: the index was checked, and the words are initialized for as long as the arena's memory lives.
    return unsafe TurbineWord(
      UnsafePointer((base + index &* stride).assumingMemoryBound(to: Word.self)))
  }

  subscript(index: Int) -> Word {
    @inline(__always) unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such shared word")
      // SAFETY: as above.
      return unsafe UnsafePointer((base + index &* stride).assumingMemoryBound(to: Word.self))
    }
  }
}

/// One word of a table.
@safe struct TurbineWord<Word: SharedWord & ~Copyable>: @unchecked Sendable {
  private let address: UnsafePointer<Word>

  /// Takes over the address of a word that is initialized and stays.
  @unsafe fileprivate init(_ address: UnsafePointer<Word>) { unsafe self.address = address }

  var word: Word {
    // SAFETY: the table made it of a word that is there for as long as the arena's memory lives.
    @inline(__always) unsafeAddress { unsafe address }
  }
}
