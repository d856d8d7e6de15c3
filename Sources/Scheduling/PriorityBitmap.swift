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

  /// Ready tasks of each priority, a bit each.
  private var ready: InlineArray<8, UInt64> = InlineArray(repeating: 0)
  /// Bits not yet passed by the round at each priority.
  private var round: InlineArray<8, UInt64> = InlineArray(repeating: .max)
  private var priorityOfTask: InlineArray<64, UInt8> = InlineArray(repeating: 0)
  /// Priorities with ready tasks, a bit each.
  private var readyPriorities: UInt64 = 0

  public init() {}

  /// Gives `task` its priority, 0 unless said otherwise. Before it is first woken. Context: boot.
  public mutating func register(task: Int, priority: Int) {
    precondition(task >= 0 && task < Self.taskCount, "no such task")
    precondition(priority >= 0 && priority < Self.priorityCount, "no such task priority")
    priorityOfTask[task] = UInt8(priority)
  }

  /// Makes `task` ready. Complexity: O(1).
  @inline(__always)
  public mutating func wake(task: Int) {
    precondition(UInt(bitPattern: task) < UInt(Self.taskCount), "no such task")
    let priority = Int(priorityOfTask[task])
    ready[priority] |= 1 &<< UInt64(truncatingIfNeeded: task)
    readyPriorities |= 1 &<< UInt64(truncatingIfNeeded: priority)
  }

  /// Whether no task is ready.
  public var isEmpty: Bool { readyPriorities == 0 }

  /// Takes the next ready task. Complexity: O(1).
  ///
  /// - Parameter limit: how many of the most urgent priorities are looked at; `.max` for all.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard readyPriorities != 0 else { return nil }
    let priority = readyPriorities.trailingZeroBitCount
    guard UInt64(truncatingIfNeeded: priority) < limit else { return nil }
    let candidates = ready[priority]
    let ahead = candidates & round[priority]
    let task = (ahead != 0 ? ahead : candidates).trailingZeroBitCount
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: task)
    ready[priority] = candidates & ~bit
    if candidates == bit { readyPriorities &= readyPriorities &- 1 }
    // The round goes on with the bits above the chosen one.
    round[priority] = ~(bit | (bit &- 1))
    return task
  }
}
