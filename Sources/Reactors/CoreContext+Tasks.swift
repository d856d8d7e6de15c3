import Buffers
public import Scheduling
public import Streams

/// What a task can do with tasks.
extension CoreContext {
  /// The polled task's name; nothing outside of polls.
  public var current: TaskID? { currentSlot == noSlot ? nil : tasks.slots[Int(currentSlot)].id }

  /// Tasks that live, and those that have finished and were not joined.
  public var taskCount: Int { tasks.count }

  /// Reports every task, in the order of their slots.
  public func forEachTask(_ body: (TaskReport) -> Void) {
    for slot in 0..<tasks.slotCount where tasks.slots[slot].state != .free { body(report(slot)) }
  }

  func report(_ slot: Int) -> TaskReport {
    TaskReport(
      id: tasks.slots[slot].id, name: tasks.names[slot], attributes: tasks.slots[slot].attributes,
      overrunCount: tasks.overrunCounts[slot])
  }

  /// Puts a future into the task table as a child of the polled task, to be polled for the first time after this poll.
  /// Outside of polls, it becomes one of the tasks that no other has spawned, and nobody joins it. Complexity: O(1).
  ///
  /// - Parameters:
  ///   - name: what people call it.
  ///   - keepsOutput: whether its output waits for `join`, in the task's slot, for as long as the parent lives.
  /// - Returns: its name, or the future if the table is full.
  public mutating func spawn<Task: Schedulable & ~Copyable>(
    _ task: consuming Task, _ name: StaticString, _ attributes: TaskAttributes = TaskAttributes(),
    keepsOutput: Bool = false
  ) -> Spawned<Task> {
    guard tasks.hasRoom else { return .full(task) }
    record.counters.spawned &+= 1
    let id = tasks.add(
      task, name: name, attributes, parent: currentSlot, keepsOutput: keepsOutput && currentSlot != noSlot)
    tasks.note(.admitted.with(.woken), of: id.slot)
    return .child(Child(id))
  }

  /// Makes a task ready: it is polled once, however often it is woken before. Whoever has finished, or is gone, is not
  /// woken. A task that wakes itself is polled again. Complexity: O(1).
  @inline(__always)
  public mutating func wake(_ task: TaskID) { tasks.wake(task) }

  /// Takes the output of a child, if it has finished. Its end wakes the parent, which joins it then. Complexity: O(1).
  public mutating func join<Output: ~Copyable>(_ child: Child<Output>) -> Poll<Output, JoinError> {
    let slot = child.id.slot
    guard tasks.holds(child.id), tasks.slots[slot].keepsOutput else { return .failed(.noSuchTask) }
    guard tasks.slots[slot].state == .finished else { return .pending }
    return .ready(tasks.takeOutput(of: slot, as: Output.self))
  }

  /// Ends a task and all tasks below it, the youngest first and children before parents; their futures are dropped, and
  /// with them all they hold. A task that is being polled, or is above the one that is, ends when the poll has ended.
  /// The parent is woken, unless it asked for this itself: whoever wanted to join the task learns that it is gone.
  /// Complexity: O(tasks ended).
  ///
  /// - Returns: false when there is no such task any more.
  @discardableResult
  public mutating func cancel(_ task: TaskID) -> Bool {
    guard tasks.holds(task) else { return false }
    if currentSlot != noSlot, tasks.isTask(Int(currentSlot), within: task.slot) {
      doom(task)
    } else {
      end(task.slot, onlyChildren: false)
    }
    return true
  }

  /// Of several tasks that are to end with the poll, all of which are the polled one or above it, the uppermost counts.
  private mutating func doom(_ task: TaskID) {
    if let doomed, tasks.isTask(task.slot, within: doomed.slot) { return }
    doomed = task
  }

  /// Ends the task in `slot`, or only those below it. Its parent is woken, unless it is the one that asks.
  mutating func end(_ slot: Int, onlyChildren: Bool) {
    let parent = onlyChildren ? noSlot : tasks.slots[slot].parent
    if parent != noSlot && parent != currentSlot { tasks.note(.woken, of: Int(parent)) }
    let ended = tasks.cancel(slot, onlyChildren: onlyChildren, timers: &timers)
    record.counters.cancelled &+= UInt64(ended)
  }
}
