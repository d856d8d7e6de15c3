import Buffers
import Timers
import Timing

/// How tasks end, and their children with them.
///
/// Children end before their parents, and younger ones before older ones: the reverse of the order in which they came,
/// so that whatever a task has built on is still there while it ends.
extension TaskTable {
  /// Ends the tasks below `slot`, and then, unless only these are meant, the one in it.
  ///
  /// - Returns: how many have ended.
  mutating func cancel(_ slot: Int, onlyChildren: Bool, timers: inout Timers) -> Int {
    let countBefore = count
    var current = youngestLeaf(of: slot)
    while current != slot {
      let parent = Int(slots[current].parent)
      drop(current, &timers)
      current = youngestLeaf(of: parent)
    }
    if !onlyChildren { drop(slot, &timers) }
    return countBefore - count
  }

  /// The task that ends first of those at and below `slot`.
  private func youngestLeaf(of slot: Int) -> Int {
    var leaf = slot
    while slots[leaf].youngestChild != noSlot { leaf = Int(slots[leaf].youngestChild) }
    return leaf
  }

  /// Drops what a slot without children holds, and frees it.
  private mutating func drop(_ slot: Int, _ timers: inout Timers) {
    timers.set(task: slot, deadline: .never)
    if slots[slot].ownsTimers { destroyTimers(of: slot, &timers) }
    let content: SlotContent = slots[slot].state == .live ? .task : .output
    // A polled task may have been woken, spawned or never picked: whatever the discipline knows of it is undone.
    slots[slot].changes = slots[slot].changes.without(.admitted).without(.woken)
    note(.withdrawn, of: slot)
    storage.drop(slot, content, with: slots[slot].functions)
    release(slot)
  }

  @inline(never)
  mutating func destroyTimers(of slot: Int, _ timers: inout Timers) {
    slots[slot].ownsTimers = false
    timers.destroyAll(of: slot)
  }

  /// Whether `slot` is the task `ancestor` or below it. Complexity: O(depth).
  func isTask(_ slot: Int, within ancestor: Int) -> Bool {
    var current = slot
    while current != ancestor {
      let parent = slots[current].parent
      guard parent != noSlot else { return false }
      current = Int(parent)
    }
    return true
  }

  /// After a poll that finished the task, whose output now stands in its slot: keeps it for the parent, or drops it and
  /// frees the slot. The children have ended.
  ///
  /// - Returns: the parent, if there is one.
  @inline(__always)
  mutating func finish(_ slot: Int) -> Int32 {
    let (parent, functions, keepsOutput) = Self.finish(&slots[slot])
    if !keepsOutput {
      storage.drop(slot, .output, with: functions)
      release(slot)
    }
    return parent
  }

  @inline(__always)
  private static func finish(
    _ context: inout TaskContext
  ) -> (parent: Int32, functions: ErasedTaskFunctions, keepsOutput: Bool) {
    // It may have woken itself in its last poll.
    context.changes = context.changes.without(.woken)
    context.state = .finished
    return (context.parent, context.functions, context.keepsOutput)
  }

  /// Moves the output of a finished task out, and frees its slot.
  mutating func takeOutput<Output: ~Copyable>(of slot: Int, as type: Output.Type) -> Output {
    let output = storage.takeOutput(of: slot, as: type)
    release(slot)
    return output
  }
}
