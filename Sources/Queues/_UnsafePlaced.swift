import Buffers

/// A value that lies in an arena's memory for good, and is never changed: whoever shares it holds its address.
@safe struct Placed<Value: Sendable>: Copyable, @unchecked Sendable {
  private let address: UnsafePointer<Value>

  /// Carves a place for `value`. Context: boot.
  init(_ value: Value, in arena: inout Arena) throws(ArenaError) {
    let memory = unsafe try arena.carve(
      byteCount: MemoryLayout<Value>.size, alignment: max(64, MemoryLayout<Value>.alignment))
    let place = unsafe memory.bindMemory(to: Value.self, capacity: 1)
    // SAFETY: the carved bytes are exclusively ours, aligned and large enough.
    unsafe place.initialize(to: value)
    unsafe address = UnsafePointer(place)
  }

  var value: Value {
    @inline(__always) unsafeAddress {
      // SAFETY: the value was initialized at boot, and its memory outlives whoever holds this.
      unsafe address
    }
  }
}
