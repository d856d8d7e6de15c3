public import Buffers
public import Timing

/// Ready tasks in turn: whatever is ready is picked once before anything is picked twice.
///
/// A task that becomes ready goes behind all that were ready before it. **Longest wait**: each other task is picked at
/// most once before it, so `taskCount` - 1 picks. Every operation is O(1). Context: reactor.
public struct RoundRobin: TaskDiscipline, ~Copyable {
  private var ready: ReadyLists

  public init(taskCount: Int, in arena: inout Arena) throws(ArenaError) {
    ready = try ReadyLists(taskCount: taskCount, listCount: 1, in: &arena)
  }

  public var taskCount: Int { ready.taskCount }

  @inline(__always) public var isEmpty: Bool { ready.isEmpty(0) }

  /// All attributes are the same to it.
  public mutating func admit(_ task: Int, _ attributes: TaskAttributes) {
    precondition(!ready.isListed(task), "the task that has this number is ready")
  }

  @inline(__always)
  public mutating func wake(_ task: Int, at now: Instant) {
    guard !ready.isListed(task) else { return }
    ready.append(task, to: 0)
  }

  public mutating func withdraw(_ task: Int) {
    guard ready.isListed(task) else { return }
    _ = ready.remove(task)
  }

  /// Takes the task that has been ready for longest.
  ///
  /// - Parameter limit: a budget; nothing is picked when it is zero.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard limit > 0, !ready.isEmpty(0) else { return nil }
    return ready.takeFirst(of: 0)
  }
}
