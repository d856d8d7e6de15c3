import Buffers

/// What the discipline has to be told: a task table does not know which one picks among its tasks, so it notes what
/// happened, and the reactor tells it before it picks again.
extension TaskTable {
  /// Whether nothing has to be told.
  @inline(__always) var isTold: Bool { firstChanged == noSlot }

  @inline(__always)
  mutating func note(_ change: TaskContext.Changes, of slot: Int) {
    if Self.add(change, to: &slots[slot]) { append(slot) }
  }

  /// Whether nothing was noted of it before.
  @inline(__always)
  private static func add(_ change: TaskContext.Changes, to context: inout TaskContext) -> Bool {
    let known = context.changes
    context.changes = known.with(change).with(.listed)
    return known.isNone
  }

  @inline(__always)
  private mutating func append(_ slot: Int) {
    let number = Int32(truncatingIfNeeded: slot)
    let last = Int(lastChanged)
    // False for no slot; one comparison does for this and for the bounds.
    if UInt(bitPattern: last) < UInt(bitPattern: slots.count) {
      slots[last].next = number
    } else {
      firstChanged = number
    }
    lastChanged = number
  }

  /// Takes the slot of which something was noted first; there must be one.
  @inline(__always)
  mutating func takeChanged() -> (slot: Int, changes: TaskContext.Changes) {
    let slot = firstChanged
    let (next, changes) = Self.take(&slots[Int(slot)])
    if slot == lastChanged {
      firstChanged = noSlot
      lastChanged = noSlot
    } else {
      firstChanged = next
    }
    return (Int(slot), changes)
  }

  @inline(__always)
  private static func take(_ context: inout TaskContext) -> (next: Int32, changes: TaskContext.Changes) {
    let taken = (context.next, context.changes)
    context.changes = .none
    return taken
  }

  /// Makes a task ready, unless it has finished or is gone.
  @inline(__always)
  mutating func wake(_ id: TaskID) {
    if isLive(id) { note(.woken, of: id.slot) }
  }
}
