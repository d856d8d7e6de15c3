import Buffers
import Queues

/// Something owned that lies in an arena and is named by its address, so that it can be handed from core to core at no
/// cost, whatever its size. Who has this must be the only one who uses it.
///
/// SAFETY: the value is initialized before the first copy of this is made, and never moved; the checks hand it to one
/// task.
@safe struct Kept<Value: ~Copyable>: @unchecked Sendable {
  private let address: UnsafeMutablePointer<Value>

  /// Context: boot.
  init(_ value: consuming Value, in arena: inout Arena) throws(QueueError) {
    let layout = MemoryLayout<Value>.self
    do throws(ArenaError) {
      let memory = unsafe try arena.carve(byteCount: layout.size, alignment: max(128, layout.alignment))
      unsafe address = memory.bindMemory(to: Value.self, capacity: 1)
    } catch {
      throw .memoryExhausted
    }
    unsafe address.initialize(to: value)
  }

  func use<Result: ~Copyable>(_ body: (inout Value) -> Result) -> Result {
    unsafe body(&address.pointee)
  }
}
