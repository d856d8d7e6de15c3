public import Buffers
public import Timing

/// Earliest deadline first: among the tasks that are ready, the one that must be picked soonest, whatever the time is.
///
/// A task's deadline is when it was woken, and its patience; of equal deadlines the first woken goes first. A timer
/// structure gives what is due; this gives what is ready, and a deadline is when it has to be picked. **Longest wait**:
/// a task with a deadline is passed only by those whose deadline is not later. From the moment of its deadline on that
/// is each other task at most once, so it is picked at the latest `taskCount` - 1 picks after its deadline, however
/// much is to do. Before, it can wait for any number of picks; a task without a deadline waits for all that have one,
/// without bound. A heap, which is a tree in a table: waking, withdrawing and selecting are O(log n). Context: reactor.
public struct DeadlineTree: TaskDiscipline, ~Copyable {
  private var tree: KeyedHeap<Urgency>
  private var patienceOfTask: Table<Duration>
  private var arrivals: UInt64 = 0

  public init(taskCount: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(taskCount >= 0 && taskCount <= 1 << 30, "a discipline has room for 0 to 2^30 tasks")
    let filler = Urgency(deadline: .never, arrival: 0)
    let tree = try KeyedHeap(keyCount: taskCount, filler: filler, in: &arena)
    let patienceOfTask = try Table(repeating: TaskAttributes.unlimitedPatience, count: taskCount, in: &arena)
    self.tree = tree
    self.patienceOfTask = patienceOfTask
  }

  public var taskCount: Int { patienceOfTask.count }

  /// Tasks that are ready.
  public var count: Int { tree.count }

  @inline(__always) public var isEmpty: Bool { tree.count == 0 }

  /// The earliest deadline of a ready task; nothing when none is ready.
  @inline(__always)
  public var earliestDeadline: Instant? { tree.first?.deadline }

  /// Goes by the patience.
  public mutating func admit(_ task: Int, _ attributes: TaskAttributes) {
    precondition(!tree.contains(task), "the task is ready: it gets its attributes before it is woken")
    patienceOfTask[task] = attributes.patience
  }

  public mutating func wake(_ task: Int, at now: Instant) {
    guard !tree.contains(task) else { return }
    tree.set(task, rank: Urgency(deadline: now + patienceOfTask[task], arrival: arrivals))
    arrivals &+= 1
  }

  public mutating func withdraw(_ task: Int) { tree.remove(task) }

  /// Takes the ready task of the earliest deadline.
  ///
  /// - Parameter limit: the latest deadline that is picked, in nanoseconds since boot: what can wait longer is left.
  ///   `.max` picks whatever is ready, also a task without a deadline.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard let urgency = tree.first, urgency.deadline.nanoseconds <= limit else { return nil }
    return tree.takeFirst()
  }
}

/// A deadline, and which of two equal ones came first. Arrivals are counted in 64 bits, which do not wrap in the life
/// of a machine.
private struct Urgency: Comparable, BitwiseCopyable {
  var deadline: Instant
  var arrival: UInt64

  static func < (left: Urgency, right: Urgency) -> Bool {
    left.deadline == right.deadline ? left.arrival < right.arrival : left.deadline < right.deadline
  }
}
