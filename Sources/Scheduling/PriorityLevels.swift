public import Buffers
public import Timing

/// Ready tasks by priority, 256 levels of it, in turn within a level.
///
/// The most urgent level that has a ready task is picked from, in the order in which its tasks became ready.
/// **Longest wait**: while nothing more urgent is ready, each other task of its level is picked at most once before
/// it. A less urgent level is not picked from as long as a more urgent one has ready tasks, so what is not of the most
/// urgent level can wait without bound: that is what levels are for, and who must not wait has to be above.
/// Every operation is O(1). Context: reactor.
public struct PriorityLevels: TaskDiscipline, ~Copyable {
  /// Levels, 0 the most urgent.
  public static var levelCount: Int { 256 }

  private var ready: ReadyLevels

  public init(taskCount: Int, in arena: inout Arena) throws(ArenaError) {
    ready = try ReadyLevels(taskCount: taskCount, level: TaskAttributes().level, in: &arena)
  }

  public var taskCount: Int { ready.taskCount }

  @inline(__always) public var isEmpty: Bool { ready.isEmpty }

  /// Goes by the level.
  public mutating func admit(_ task: Int, _ attributes: TaskAttributes) {
    ready.setLevel(attributes.level, of: task)
  }

  @inline(__always)
  public mutating func wake(_ task: Int, at now: Instant) { ready.wake(task) }

  public mutating func withdraw(_ task: Int) { ready.withdraw(task) }

  /// Takes the task of the most urgent ready level that has been ready for longest.
  ///
  /// - Parameter limit: how many of the most urgent levels are looked at; `.max` for all.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? { ready.take(below: limit) }
}
