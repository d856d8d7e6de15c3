public import Buffers
public import Streams
public import Timing

/// The discipline by which a reactor picks among its ready tasks.
///
/// Tasks are numbers, 0 to `taskCount` - 1; any other number is refused with a trap. A task is ready or not, however
/// often it was woken: it is picked once, and is not ready any more when it has been. Each discipline says in its
/// documentation in which order it picks and how long a ready task can wait, in picks of others. Context: reactor.
public protocol TaskDiscipline: Discipline, ~Copyable where Work == Int {
  /// Room for `taskCount` tasks. None is ready, and each has the attributes of `TaskAttributes()`. Context: boot.
  ///
  /// - Parameter taskCount: 0 to 2^30.
  init(taskCount: Int, in arena: inout Arena) throws(ArenaError)

  var taskCount: Int { get }

  /// Whether no task is ready. Complexity: O(1).
  var isEmpty: Bool { get }

  /// Gives the number `task` to a task with these attributes. It becomes ready when it is woken.
  ///
  /// - Precondition: `task` is not ready.
  mutating func admit(_ task: Int, _ attributes: TaskAttributes)

  /// Makes `task` ready, if it is not; one that is keeps its place.
  ///
  /// - Parameter now: the present time, which only deadlines depend on.
  mutating func wake(_ task: Int, at now: Instant)

  /// Makes `task` not ready, if it is: it was cancelled.
  mutating func withdraw(_ task: Int)
}
