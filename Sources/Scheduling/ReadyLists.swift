import Buffers

/// Lists of numbered tasks, first in first out, each task in one list at most. Every operation is O(1), also taking a
/// task out of the middle.
///
/// Each list is a ring of links through its head, so that no end needs care: an empty one is a head that is its own
/// neighbour. Heads and tasks share one table, the heads in front, so that a head's place is the list's number.
struct ReadyLists: ~Copyable {
  private var links: Table<Links>
  private let listCount: Int

  private struct Links {
    var next: Int32
    var previous: Int32
  }

  /// In place of the next one of a task that is in no list.
  private static var unlisted: Int32 { -1 }

  init(taskCount: Int, listCount: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(taskCount >= 0 && taskCount <= 1 << 30, "no such number of tasks")
    links = try Table(count: listCount + taskCount, in: &arena) { place in
      let own = Int32(place)
      return place < listCount
        ? Links(next: own, previous: own) : Links(next: Self.unlisted, previous: Self.unlisted)
    }
    self.listCount = listCount
  }

  var taskCount: Int { links.count - listCount }

  @inline(__always)
  func isListed(_ task: Int) -> Bool {
    precondition(task >= 0, "no such task")
    return links[listCount &+ task].next != Self.unlisted
  }

  @inline(__always)
  func isEmpty(_ list: Int) -> Bool { links[list].next == Int32(truncatingIfNeeded: list) }

  /// Puts an unlisted task behind the last of a list.
  @inline(__always)
  mutating func append(_ task: Int, to list: Int) {
    let place = listCount &+ task
    let last = links[list].previous
    links[place] = Links(next: Int32(truncatingIfNeeded: list), previous: last)
    links[Int(last)].next = Int32(truncatingIfNeeded: place)
    links[list].previous = Int32(truncatingIfNeeded: place)
  }

  /// Takes the first of a list that is not empty.
  @inline(__always)
  mutating func takeFirst(of list: Int) -> Int {
    let place = Int(links[list].next)
    unlink(place)
    return place &- listCount
  }

  /// Takes a listed task out of its list; gives the list's number when it was the only one there.
  @inline(__always)
  mutating func remove(_ task: Int) -> Int? { unlink(listCount &+ task) }

  @inline(__always) @discardableResult
  private mutating func unlink(_ place: Int) -> Int? {
    let own = links[place]
    links[Int(own.previous)].next = own.next
    links[Int(own.next)].previous = own.previous
    links[place].next = Self.unlisted
    // Only a head can be both.
    return own.next == own.previous ? Int(own.next) : nil
  }
}
