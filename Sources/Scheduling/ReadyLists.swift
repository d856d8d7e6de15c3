import Buffers

/// Lists of numbered work, first in first out, each work in one list at most: one link a work, however many lists there
/// are. Every operation is O(1).
struct ReadyLists: ~Copyable {
  private var nextOfWork: Table<Int32>
  private var lists: Table<Ends>

  private struct Ends {
    var first: Int32 = end
    var last: Int32 = end
  }

  /// Behind the last work of a list, and of work that is in none.
  private static var end: Int32 { -1 }
  private static var unlisted: Int32 { -2 }

  /// Work that these lists can number.
  static var largestWorkCount: Int { Int(Int32.max) }

  init(workCount: Int, listCount: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(workCount >= 0 && workCount <= Self.largestWorkCount, "no such amount of work")
    let nextOfWork = try Table(repeating: Self.unlisted, count: workCount, in: &arena)
    let lists = try Table(repeating: Ends(), count: listCount, in: &arena)
    self.nextOfWork = nextOfWork
    self.lists = lists
  }

  var workCount: Int { nextOfWork.count }

  @inline(__always)
  func isListed(_ work: Int) -> Bool { nextOfWork[work] != Self.unlisted }

  @inline(__always)
  func isEmpty(_ list: Int) -> Bool { lists[list].first == Self.end }

  /// Puts unlisted work behind the last of a list.
  @inline(__always)
  mutating func append(_ work: Int, to list: Int) {
    let number = Int32(truncatingIfNeeded: work)
    nextOfWork[work] = Self.end
    if lists[list].last == Self.end {
      lists[list].first = number
    } else {
      nextOfWork[Int(lists[list].last)] = number
    }
    lists[list].last = number
  }

  /// Takes the first of a list that is not empty.
  @inline(__always)
  mutating func takeFirst(of list: Int) -> Int {
    let work = Int(lists[list].first)
    let next = nextOfWork[work]
    nextOfWork[work] = Self.unlisted
    lists[list].first = next
    if next == Self.end { lists[list].last = Self.end }
    return work
  }
}
