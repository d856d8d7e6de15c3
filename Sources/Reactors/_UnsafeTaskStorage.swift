import Buffers

/// The memory in which the futures of a task table live: a slot of fixed size a task, from an arena, never moved.
///
/// SAFETY: a slot is written by `store`, and read only through the functions of the type stored last; the task table
/// keeps which slots hold something.
@safe struct TaskStorage: ~Copyable {
  private let base: UnsafeMutableRawPointer
  let slotByteCount: Int

  init(slotCount: Int, slotByteCount: Int, in arena: inout Arena) throws(ArenaError) {
    let stride = (slotByteCount + 63) & ~63
    unsafe base = try arena.carve(byteCount: slotCount * stride, alignment: 64)
    self.slotByteCount = stride
  }

  @inline(__always)
  private func slot(_ index: Int) -> UnsafeMutableRawPointer { unsafe base + index &* slotByteCount }

  @inline(__always)
  func store<Task: Schedulable & ~Copyable>(_ task: consuming Task, in index: Int) {
    precondition(
      MemoryLayout<Task>.size <= slotByteCount && MemoryLayout<Task.Output>.size <= slotByteCount,
      "the task or its output is larger than a slot: make the reactor's slots larger")
    unsafe slot(index).initializeMemory(as: Task.self, to: task)
  }

  /// Moves the output of a finished task out.
  @inline(__always)
  func takeOutput<Output: ~Copyable>(of index: Int, as type: Output.Type) -> Output {
    unsafe slot(index).assumingMemoryBound(to: Output.self).move()
  }

  /// The task in a slot, ready to be polled: it needs nothing of the table, which the task may change meanwhile.
  @inline(__always)
  func entry(_ index: Int, with functions: ErasedTaskFunctions) -> TaskEntry {
    unsafe TaskEntry(slot: slot(index), functions: functions)
  }

  func drop(_ index: Int, _ content: SlotContent, with functions: ErasedTaskFunctions) {
    unsafe functions.drop(slot(index), content)
  }
}

/// A task that can be polled: its slot and its functions.
///
/// SAFETY: made of a slot and the functions of the task in it, and used at once.
@safe struct TaskEntry {
  fileprivate let slot: UnsafeMutableRawPointer
  fileprivate let functions: ErasedTaskFunctions

  @inline(__always)
  func poll(_ context: inout CoreContext) -> SlotStatus { unsafe functions.poll(slot, &context) }
}
