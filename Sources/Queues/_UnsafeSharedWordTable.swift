import Buffers

/// Shared words whose number is known at boot only, each alone in its pair of cache lines.
@safe struct SharedWordTable<Word: SharedWord & ~Copyable>: Copyable, @unchecked Sendable {
  /// Bytes from one word to the next.
  private static var stride: Int { 128 }

  private let base: UnsafeMutableRawPointer
  let count: Int

  /// Carves `count` words. Context: boot.
  init(repeating value: UInt64, count: Int, in arena: inout Arena) throws(ArenaError) {
    let base = unsafe try arena.carve(byteCount: count * Self.stride, alignment: Self.stride)
    // SAFETY: the carved range holds `count` strides, and a word fits one.
    for index in 0..<count {
      unsafe (base + index * Self.stride).initializeMemory(as: Word.self, to: Word(value))
    }
    unsafe self.base = base
    self.count = count
  }

  subscript(index: Int) -> Word {
    @inline(__always) unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such shared word")
      // SAFETY: the index was checked, and the words are initialized for as long as the arena's memory lives.
      return unsafe UnsafePointer((base + index &* Self.stride).assumingMemoryBound(to: Word.self))
    }
  }
}
