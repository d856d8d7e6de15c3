import Buffers

/// `count` shared words, each alone in its pair of cache lines (the prefetcher fetches two), in memory that lives as
/// long as its arena: whoever shares a queue holds a copy of this.
@safe public struct SharedWords<let count: Int, Word: SharedWord & ~Copyable>: @unchecked Sendable {
  /// Bytes from one word to the next.
  static var stride: Int { 128 }

  private let base: UnsafeMutableRawPointer

  /// Carves the words. Context: boot.
  init(repeating value: UInt64, in arena: inout Arena) throws(ArenaError) {
    unsafe base = try arena.carve(byteCount: count * Self.stride, alignment: Self.stride)
    // SAFETY: the carved range holds `count` strides.
    unsafe initialize(repeating: value)
  }

  /// The words at `base`, where somebody initialized them, or does it next.
  @unsafe init(at base: UnsafeMutableRawPointer) { unsafe self.base = base }

  /// Makes the words of memory that holds none.
  @unsafe func initialize(repeating value: UInt64) {
    // SAFETY: the range holds `count` strides, and a word fits one.
    for index in 0..<count {
      unsafe (base + index * Self.stride).initializeMemory(as: Word.self, to: Word(value))
    }
  }

  subscript(index: Int) -> Word {
    @inline(__always) unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such shared word")
      // SAFETY: the index was checked, and the words are initialized for as long as the arena's memory lives.
      return unsafe UnsafePointer((base + index &* Self.stride).assumingMemoryBound(to: Word.self))
    }
  }
}
