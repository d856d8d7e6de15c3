public import Buffers
public import Streams

/// Ready work by priority, 256 levels of it, in turn within a level.
///
/// What `PriorityBitmap` is for 64 tasks and 8 priorities, this is for any amount of work, decided at creation. Within
/// a level work is picked in the order in which it became ready, so it waits for each other one of its level at most
/// once; a less urgent level is picked only when no more urgent one has ready work, so its wait is not bounded by this
/// discipline. A bit a level and a summary of them: every operation is O(1). Context: reactor.
public struct PriorityLevels: Discipline, ~Copyable {
  /// A number, 0 to `workCount` - 1.
  public typealias Work = Int

  /// Levels, 0 the most urgent.
  public static var levelCount: Int { 256 }

  private var ready: ReadyLists
  private var levelOfWork: Table<UInt8>
  /// Levels with ready work, a bit each, and a bit for each of these four words that has one.
  private var readyLevels: InlineArray<4, UInt64> = InlineArray(repeating: 0)
  private var summary: UInt64 = 0

  /// Nothing is ready at first, and all work is of level 0. Context: boot.
  ///
  /// - Parameter workCount: 0 to 2^31 - 1.
  public init(workCount: Int, in arena: inout Arena) throws(ArenaError) {
    let ready = try ReadyLists(workCount: workCount, listCount: Self.levelCount, in: &arena)
    let levelOfWork = try Table(repeating: UInt8(0), count: workCount, in: &arena)
    self.ready = ready
    self.levelOfWork = levelOfWork
  }

  public var workCount: Int { ready.workCount }

  /// Gives `work` its level, from when it is woken next.
  public mutating func register(_ work: Int, level: Int) {
    precondition(level >= 0 && level < Self.levelCount, "no such priority level")
    levelOfWork[work] = UInt8(truncatingIfNeeded: level)
  }

  /// Whether nothing is ready.
  @inline(__always) public var isEmpty: Bool { summary == 0 }

  /// Makes `work` ready, if it is not.
  @inline(__always)
  public mutating func wake(_ work: Int) {
    guard !ready.isListed(work) else { return }
    let level = levelOfWork[work]
    ready.append(work, to: Int(level))
    let word = level &>> 6
    readyLevels[Int(word)] |= 1 &<< UInt64(level & 63)
    summary |= 1 &<< UInt64(word)
  }

  /// Takes the work of the most urgent ready level that has been ready for longest.
  ///
  /// - Parameter limit: how many of the most urgent levels are looked at; `.max` for all.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard summary != 0 else { return nil }
    let word = summary.trailingZeroBitCount
    let level = word &* 64 &+ readyLevels[word].trailingZeroBitCount
    guard UInt64(truncatingIfNeeded: level) < limit else { return nil }
    let work = ready.takeFirst(of: level)
    if ready.isEmpty(level) {
      readyLevels[word] &= readyLevels[word] &- 1
      if readyLevels[word] == 0 { summary &= summary &- 1 }
    }
    return work
  }
}
