import Buffers

/// A value that lies in an arena's memory for as long as that lives, and is the same for all that share it.
@safe struct Fixed<Value: ~Copyable>: @unchecked Sendable {
  private let address: UnsafePointer<Value>

  /// Carves room for the value and moves it there. Context: boot.
  init(_ value: consuming Value, in arena: inout Arena) throws(ArenaError) {
    let memory = unsafe try arena.carve(
      byteCount: MemoryLayout<Value>.size, alignment: max(128, MemoryLayout<Value>.alignment))
    // SAFETY: the carved bytes are exclusively ours, aligned and large enough.
    unsafe address = UnsafePointer(memory.initializeMemory(as: Value.self, to: value))
  }

  /// Takes the address of a value that is initialized and stays.
  @unsafe fileprivate init(_ address: UnsafePointer<Value>) { unsafe self.address = address }

  var value: Value {
    // SAFETY: whoever made this initialized the value in memory that lives longer, and nobody moves it.
    @inline(__always) unsafeAddress { unsafe address }
  }
}

/// Shared words of a number known only at run time, in memory that lives as long as its arena.
@safe struct TurbineWords<Word: SharedWord & ~Copyable>: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let stride: Int
  private let count: Int

  /// Carves the words, above zero of them. Context: boot.
  ///
  /// - Parameter isSpaced: each word alone in its pair of cache lines; else side by side.
  init(count: Int, repeating value: UInt64, isSpaced: Bool, in arena: inout Arena) throws(ArenaError) {
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
  func reference(to index: Int) -> Fixed<Word> {
    // SAFETY: the words are initialized for as long as the arena's memory lives.
    unsafe Fixed(address(of: index))
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
