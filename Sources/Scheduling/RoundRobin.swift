public import Buffers
public import Timing

/// Ready tasks in turn: whatever is ready is picked once before anything is picked twice.
///
/// A task that becomes ready goes behind all that were ready before it. **Longest wait**: each other task is picked at
/// most once before it, so `taskCount` - 1 picks. Every operation is O(1). Context: reactor.
public struct RoundRobin: TaskDiscipline, ~Copyable {
  /// All of one level.
  private var ready: ReadyLevels

  public init(taskCount: Int, in arena: inout Arena) throws(ArenaError) {
    ready = try ReadyLevels(taskCount: taskCount, level: 0, in: &arena)
  }

  public var taskCount: Int { ready.taskCount }

  @inline(__always) public var isEmpty: Bool { ready.isEmpty }

  /// Whatever the attributes: tasks are all alike.
  public mutating func admit(_ task: Int, _ attributes: TaskAttributes) { ready.setLevel(0, of: task) }

  @inline(__always)
  public mutating func wake(_ task: Int, at now: Instant) { ready.wake(task) }

  public mutating func withdraw(_ task: Int) { ready.withdraw(task) }

  /// Takes the task that has been ready for longest.
  ///
  /// - Parameter limit: a budget; nothing is picked when it is zero.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? { limit > 0 ? ready.take(below: .max) : nil }
}
