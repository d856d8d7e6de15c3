import Buffers
public import Scheduling
import Timers
import Timing

/// What polling a future, and spawning it if that was not enough, gave.
public enum PolledOrSpawned<Future: Schedulable & ~Copyable>: ~Copyable {
  /// It has finished at once, and never became a task of its own.
  case finished(Future.Output)
  /// It has more to do, and does it as a task.
  case child(Child<Future.Output>)
  /// The task table is full: here is the future back, not polled.
  case full(Future)
}

extension CoreContext {
  /// Polls a future at once, within the present poll, and makes it a child of the polled task only when it has not
  /// finished with that: what is mostly done at once costs neither a selection nor a place among the ready tasks.
  ///
  /// It is polled as the task that it may become: what it spawns is below it, and the deadline it sets is its own. When it
  /// cancels itself it ends at once, when it cancels a task above it, with the present poll. Its time counts as that of
  /// the present poll. Complexity: O(1).
  ///
  /// - Parameters: as those of `spawn`.
  public mutating func pollOrSpawn<Task: Schedulable & ~Copyable>(
    _ task: consuming Task, _ name: StaticString, _ attributes: TaskAttributes = TaskAttributes(),
    keepsOutput: Bool = false
  ) -> PolledOrSpawned<Task> {
    guard tasks.hasRoom else { return .full(task) }
    let caller = (slot: currentSlot, deadline: deadline)
    let slot = tasks.reserve(below: caller.slot)
    currentSlot = Int32(truncatingIfNeeded: slot)
    deadline = .never
    let id = tasks.slots[slot].id
    switch task.poll(&self) {
    case .finished(let output):
      endChildren()
      _ = consume task
      (currentSlot, deadline) = caller
      if doomed == id { doomed = nil }
      tasks.giveBack(slot)
      return .finished(output)
    case .ready: keep(task, in: slot, name, attributes, keepsOutput, .woken, caller)
    case .waiting: keep(task, in: slot, name, attributes, keepsOutput, .none, caller)
    }
    if doomed == id { endNow() }
    return .child(Child(id))
  }

  /// Ends a task that has cancelled itself, now that its poll has ended: of several in the present poll each must end.
  @inline(never)
  private mutating func endNow() {
    let caller = currentSlot
    // It is not the parent that asks, which is woken therefore.
    currentSlot = noSlot
    endDoomed()
    currentSlot = caller
  }

  private mutating func keep<Task: Schedulable & ~Copyable>(
    _ task: consuming Task, in slot: Int, _ name: StaticString, _ attributes: TaskAttributes,
    _ keepsOutput: Bool,
    _ change: TaskContext.Changes, _ caller: (slot: Int32, deadline: Instant)
  ) {
    let ownDeadline = deadline
    (currentSlot, deadline) = caller
    record.counters.spawned &+= 1
    tasks.fill(slot, task, name: name, attributes, keepsOutput: keepsOutput && currentSlot != noSlot)
    tasks.note(.admitted.with(change), of: slot)
    timers.set(task: slot, deadline: ownDeadline)
  }
}
