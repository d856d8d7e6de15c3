import Buffers

/// A value of shared words that several cores reach, in memory that lives as long as its arena.
///
/// SAFETY: the value is initialized before the first copy of this is made, is never moved, and consists of words that
/// may be read and written on any core.
@safe struct Shared<Value: ~Copyable>: @unchecked Sendable {
  private let address: UnsafeMutablePointer<Value>

  /// Context: boot.
  init(_ value: consuming Value, in arena: inout Arena) throws(ArenaError) {
    let layout = MemoryLayout<Value>.self
    let memory = unsafe try arena.carve(byteCount: layout.size, alignment: max(128, layout.alignment))
    unsafe address = memory.bindMemory(to: Value.self, capacity: 1)
    unsafe address.initialize(to: value)
  }

  /// The value that a hook's context names.
  @unsafe init(context: UInt) { unsafe address = UnsafeMutablePointer(bitPattern: context)! }

  /// What a hook's context can hold of it.
  var context: UInt { unsafe UInt(bitPattern: address) }

  var value: Value {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(address) }
  }
}
