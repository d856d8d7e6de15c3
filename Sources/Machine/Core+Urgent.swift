public import Buffers

/// What came of the interrupts of one urgent slot since boot.
public struct UrgentCounts: Sendable {
  /// The task was run.
  public var run: UInt64
  /// They came too often, and a deferred source was marked instead.
  public var demoted: UInt64
}

extension Core {
  /// Lets the interrupts of `slot` run `task` from now on, which nobody else can reach any more. Context: boot.
  public mutating func register<Task: UrgentTask & ~Copyable>(
    _ task: consuming Task, at slot: UrgentSlot, limit: UrgentLimit, in arena: inout Arena
  ) throws(ArenaError) {
    let words = unsafe CoreBlock.slot(slot)
    precondition(unsafe words[0] == 0, "the urgent slot is taken: it has one task for ever")
    typealias Record = UrgentRecord<Task>
    let memory = unsafe try arena.carve(
      byteCount: MemoryLayout<Record>.size, alignment: max(64, MemoryLayout<Record>.alignment))
    // SAFETY: the carved bytes are exclusively ours, aligned and large enough.
    unsafe memory.initializeMemory(as: Record.self, to: Record(level: slot.level, task: task))
    let cycles = limit.cycles(frequencyHertz: clock.timestampFrequencyHertz)
    unsafe words[0] = Task.entry.address
    unsafe words[1] = UInt(bitPattern: memory)
    unsafe words[3] = cycles.tolerance
    unsafe words[4] = cycles.interval
    unsafe words[5] = UInt(limit.source)
    InterruptTable.open(slot)
  }

  /// What came of the interrupts of `slot`.
  public func counts(of slot: UrgentSlot) -> UrgentCounts {
    let words = unsafe CoreBlock.slot(slot)
    return unsafe UrgentCounts(run: UInt64(words[6]), demoted: UInt64(words[7]))
  }

  /// The instruction at which the last deferred interrupt came: of a poll that took too long, a place where it was.
  @inline(__always) public var interruptedAddress: UInt { coreInterruptedPlace() }
}
