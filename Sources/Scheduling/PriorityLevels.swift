public import Buffers
public import Timing

/// Ready tasks by priority, 256 levels of it, in turn within a level.
///
/// The most urgent level that has a ready task is picked from, in the order in which its tasks became ready.
/// **Longest wait**: while nothing more urgent is ready, each other task of its level is picked at most once before
/// it. A less urgent level is not picked from as long as a more urgent one has ready tasks, so what is not of the most
/// urgent level can wait without bound: that is what levels are for, and who must not wait has to be above.
/// A bit a level and a summary of them: every operation is O(1). Context: reactor.
public struct PriorityLevels: TaskDiscipline, ~Copyable {
  /// Levels, 0 the most urgent.
  public static var levelCount: Int { 256 }

  private var ready: ReadyLists
  private var levelOfTask: Table<UInt8>
  /// Levels with ready tasks, a bit each, and a bit for each of these four words that has one.
  private var readyLevels: InlineArray<4, UInt64> = InlineArray(repeating: 0)
  private var summary: UInt64 = 0

  public init(taskCount: Int, in arena: inout Arena) throws(ArenaError) {
    let ready = try ReadyLists(taskCount: taskCount, listCount: Self.levelCount, in: &arena)
    let levelOfTask = try Table(repeating: TaskAttributes().level, count: taskCount, in: &arena)
    self.ready = ready
    self.levelOfTask = levelOfTask
  }

  public var taskCount: Int { levelOfTask.count }

  @inline(__always) public var isEmpty: Bool { summary == 0 }

  /// Goes by the level.
  public mutating func admit(_ task: Int, _ attributes: TaskAttributes) {
    precondition(!ready.isListed(task), "the task that has this number is ready")
    levelOfTask[task] = attributes.level
  }

  @inline(__always)
  public mutating func wake(_ task: Int, at now: Instant) {
    guard !ready.isListed(task) else { return }
    let level = levelOfTask[task]
    ready.append(task, to: Int(level))
    let word = level &>> 6
    readyLevels[Int(word)] |= 1 &<< UInt64(level & 63)
    summary |= 1 &<< UInt64(word)
  }

  public mutating func withdraw(_ task: Int) {
    guard ready.isListed(task), let level = ready.remove(task) else { return }
    emptied(level)
  }

  /// Takes the task of the most urgent ready level that has been ready for longest.
  ///
  /// - Parameter limit: how many of the most urgent levels are looked at; `.max` for all.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard summary != 0 else { return nil }
    let word = summary.trailingZeroBitCount
    let level = word &* 64 &+ readyLevels[word].trailingZeroBitCount
    guard UInt64(truncatingIfNeeded: level) < limit else { return nil }
    let task = ready.takeFirst(of: level)
    if ready.isEmpty(level) { emptied(level) }
    return task
  }

  @inline(__always)
  private mutating func emptied(_ level: Int) {
    let word = level &>> 6
    readyLevels[word] &= ~(1 &<< UInt64(truncatingIfNeeded: level & 63))
    if readyLevels[word] == 0 { summary &= ~(1 &<< UInt64(truncatingIfNeeded: word)) }
  }
}
