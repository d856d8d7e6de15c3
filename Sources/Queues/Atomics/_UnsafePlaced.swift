import Buffers

/// A value that lies in an arena's memory for as long as that lives, and is the same for all that share it: whoever
/// shares it holds its address.
@safe struct Placed<Value: ~Copyable>: @unchecked Sendable {
  private let address: UnsafePointer<Value>

  /// Carves room for the value and moves it there. Context: boot.
  init(_ value: consuming Value, in arena: inout Arena) throws(ArenaError) {
    let memory = unsafe try arena.carve(
      byteCount: MemoryLayout<Value>.size, alignment: max(128, MemoryLayout<Value>.alignment))
    // SAFETY: the carved bytes are exclusively ours, aligned and large enough.
    unsafe address = UnsafePointer(memory.initializeMemory(as: Value.self, to: value))
  }

  /// Takes the address of a value that is initialized and stays.
  @unsafe init(_ address: UnsafePointer<Value>) { unsafe self.address = address }

  var value: Value {
    // SAFETY: whoever made this initialized the value in memory that lives longer, and nobody moves it.
    @inline(__always) unsafeAddress { unsafe address }
  }
}
