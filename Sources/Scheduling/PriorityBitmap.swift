public import Streams

/// The task scheduler: ready tasks by priority, round robin among equal ones.
///
/// A bitmap a priority and one bit a task: a task is ready or not, however often it was woken. Within a priority the
/// scan goes on after the task selected last, so every ready task runs once before any runs twice; a lower priority
/// runs only when no higher one is ready, so its wait is not bounded by this discipline. Context: reactor.
public struct PriorityBitmap: Discipline {
  /// A task, 0 to 63.
  public typealias Work = Int

  public static let taskCount = 64
  /// Priorities, 0 the most urgent.
  public static let priorityCount = 8

  private var tasksOfPriority: InlineArray<8, UInt64> = InlineArray(repeating: 0)
  /// Bits not yet passed by the round at each priority.
  private var round: InlineArray<8, UInt64> = InlineArray(repeating: .max)
  private var ready: UInt64 = 0

  public init() {}

  /// Gives `task` its priority. Context: boot.
  public mutating func register(task: Int, priority: Int) {
    precondition(task >= 0 && task < Self.taskCount, "no such task")
    precondition(priority >= 0 && priority < Self.priorityCount, "no such task priority")
    for level in 0..<Self.priorityCount { tasksOfPriority[level] &= ~(1 << UInt64(task)) }
    tasksOfPriority[priority] |= 1 << UInt64(task)
  }

  /// Makes `task` ready.
  @inline(__always)
  public mutating func wake(task: Int) {
    precondition(UInt(bitPattern: task) < UInt(Self.taskCount), "no such task")
    ready |= 1 << UInt64(truncatingIfNeeded: task)
  }

  /// Whether no task is ready.
  public var isEmpty: Bool { ready == 0 }

  /// Takes the next ready task. Complexity: O(`priorityCount`).
  ///
  /// - Parameter limit: how many of the most urgent priorities are looked at; `.max` for all.
  public mutating func select(_ limit: UInt64) -> Int? {
    guard ready != 0 else { return nil }
    for priority in 0..<Int(min(limit, UInt64(Self.priorityCount))) {
      let candidates = ready & tasksOfPriority[priority]
      guard candidates != 0 else { continue }
      let ahead = candidates & round[priority]
      let chosen = ahead != 0 ? ahead : candidates
      let bit = chosen & (0 &- chosen)
      ready &= ~bit
      // The round goes on with the bits above the chosen one.
      round[priority] = ~(bit | (bit &- 1))
      return chosen.trailingZeroBitCount
    }
    return nil
  }
}
