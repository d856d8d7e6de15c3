import Buffers

/// Which tasks are ready, by 256 levels, first in first out within each. Every operation is O(1), also taking a task
/// out of the middle.
///
/// Each level is a ring of links through its head, so that no end needs care: an empty one is a head that is its own
/// neighbour. Heads and tasks share one row of links, the heads in front, so that a head's place is its level. A bit a
/// level says which have tasks, and a summary which of the four words of these bits are not zero.
///
/// A task that becomes ready when no other is goes to none of these: it is `first`, which came before all that are in
/// lists. On a core that is not overrun most tasks are picked before another is ready, and never see the lists.
///
/// That a task exists is checked once, where it is named. Checked again at every link, waking and taking one took 28
/// instructions more.
@safe struct ReadyLevels: ~Copyable {
  let taskCount: Int
  private let links: UnsafeMutablePointer<Links>
  private let levelOfTask: UnsafeMutablePointer<UInt8>
  /// A bit for each of the words of `bits` that is not zero, and `firstBit`.
  private var summary: UInt64 = 0
  /// While `firstBit` is set. It is stale when no task is ready, and none when only listed ones are.
  private var first: Int = none
  private var bits: InlineArray<4, UInt64> = InlineArray(repeating: 0)

  private struct Links {
    var next: UInt32
    var previous: UInt32
  }

  private static var levelCount: Int { 256 }
  private static var firstBit: UInt64 { 1 << 4 }
  private static var none: Int { -1 }
  /// In place of the next one of a task that is in no list.
  private static var unlisted: UInt32 { .max }

  init(taskCount: Int, level: UInt8, in arena: inout Arena) throws(ArenaError) {
    precondition(taskCount >= 0 && taskCount <= 1 << 30, "a discipline has room for 0 to 2^30 tasks")
    let linkCount = Self.levelCount + taskCount
    let linkBytes = unsafe try arena.carve(byteCount: linkCount * MemoryLayout<Links>.stride, alignment: 64)
    let levelBytes = unsafe try arena.carve(byteCount: taskCount, alignment: 64)
    // SAFETY: the carved bytes are exclusively ours, aligned and large enough, and are initialized here.
    unsafe links = linkBytes.bindMemory(to: Links.self, capacity: linkCount)
    unsafe levelOfTask = levelBytes.bindMemory(to: UInt8.self, capacity: taskCount)
    unsafe levelOfTask.initialize(repeating: level, count: taskCount)
    for place in 0..<linkCount {
      let neighbour = place < Self.levelCount ? UInt32(place) : Self.unlisted
      // SAFETY: as above.
      unsafe (links + place).initialize(to: Links(next: neighbour, previous: neighbour))
    }
    self.taskCount = taskCount
  }

  @inline(__always) var isEmpty: Bool { summary == 0 }

  func isReady(_ task: Int) -> Bool {
    checkExists(task)
    // SAFETY: it exists.
    return unsafe isListed(task) || (summary & Self.firstBit != 0 && first == task)
  }

  /// Gives a task that is not ready its level.
  mutating func setLevel(_ level: UInt8, of task: Int) {
    precondition(!isReady(task), "the task is ready: it gets its attributes before it is woken")
    // SAFETY: it exists.
    unsafe levelOfTask[task] = level
  }

  @inline(__always)
  mutating func wake(_ task: Int) {
    checkExists(task)
    guard summary == 0 else {
      // SAFETY: it exists.
      unsafe wakeBesideOthers(task)
      return
    }
    first = task
    summary = Self.firstBit
  }

  mutating func withdraw(_ task: Int) {
    checkExists(task)
    if summary & Self.firstBit != 0, first == task {
      forgetFirst()
    } else if unsafe isListed(task) {
      // SAFETY: it exists and is listed.
      unsafe unlink(task)
    }
  }

  /// Takes the task of the most urgent level, if that is below `limit`, which has been ready for longest.
  @inline(__always)
  mutating func take(below limit: UInt64) -> Int? {
    guard summary == Self.firstBit else { return takeBesideOthers(below: limit) }
    // SAFETY: a first task exists.
    guard unsafe UInt64(levelOfTask[first]) < limit else { return nil }
    summary = 0
    return first
  }
}

// SAFETY, for all below: places are those of levels, of which there are 256, of tasks, which exist as each function
// demands, and those held by links, which are only ever places put there by `wakeBesideOthers`.
extension ReadyLevels {
  @inline(__always)
  private func checkExists(_ task: Int) {
    precondition(
      UInt(bitPattern: task) < UInt(bitPattern: taskCount),
      "the task is one of those the discipline has room for")
  }

  @inline(__always) @unsafe
  private func isListed(_ task: Int) -> Bool { unsafe links[Self.levelCount &+ task].next != Self.unlisted }

  @inline(__always)
  private mutating func forgetFirst() {
    first = Self.none
    summary &= ~Self.firstBit
  }

  /// Puts a task that exists behind the last of its level, when other tasks are ready already, or itself.
  @inline(__always) @unsafe
  private mutating func wakeBesideOthers(_ task: Int) {
    let place = Self.levelCount &+ task
    guard first != task, unsafe links[place].next == Self.unlisted else { return }
    let level = Int(unsafe levelOfTask[task])
    let last = unsafe links[level].previous
    unsafe links[place].next = UInt32(truncatingIfNeeded: level)
    unsafe links[place].previous = last
    unsafe links[Int(last)].next = UInt32(truncatingIfNeeded: place)
    unsafe links[level].previous = UInt32(truncatingIfNeeded: place)
    unsafe bits[unchecked: level &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: level)
    summary |= 1 &<< UInt64(truncatingIfNeeded: level &>> 6)
  }

  @inline(__always)
  private mutating func takeBesideOthers(below limit: UInt64) -> Int? {
    let listed = summary & ~Self.firstBit
    guard listed != 0 else { return nil }
    let word = listed.trailingZeroBitCount & 3
    let bits = unsafe self.bits[unchecked: word]
    let level = bits.trailingZeroBitCount &+ (word &<< 6)
    // The first one came before all of its level.
    if listed != summary, unsafe Int(levelOfTask[first]) <= level { return takeFirst(below: limit) }
    guard UInt64(truncatingIfNeeded: level) < limit else { return nil }
    let place = Int(unsafe links[level].next)
    let next = unsafe links[place].next
    unsafe links[place].next = Self.unlisted
    unsafe links[level].next = next
    unsafe links[Int(next)].previous = UInt32(truncatingIfNeeded: level)
    if Int(next) == level {
      // It was the lowest bit of the lowest word.
      unsafe self.bits[unchecked: word] = bits & (bits &- 1)
      if bits & (bits &- 1) == 0 { summary &= ~(1 &<< UInt64(truncatingIfNeeded: word)) }
    }
    return place &- Self.levelCount
  }

  /// Takes the first one, which is there.
  private mutating func takeFirst(below limit: UInt64) -> Int? {
    guard unsafe UInt64(levelOfTask[first]) < limit else { return nil }
    let task = first
    forgetFirst()
    return task
  }

  /// Takes a listed task out of its level.
  @unsafe
  private mutating func unlink(_ task: Int) {
    let place = Self.levelCount &+ task
    let own = unsafe links[place]
    unsafe links[place].next = Self.unlisted
    unsafe links[Int(own.previous)].next = own.next
    unsafe links[Int(own.next)].previous = own.previous
    // Only a head can be both.
    if own.next == own.previous { unsafe clear(Int(own.next)) }
  }

  /// A level has no tasks any more.
  @inline(__always) @unsafe
  private mutating func clear(_ level: Int) {
    let word = level &>> 6
    unsafe bits[unchecked: word] &= ~(1 &<< UInt64(truncatingIfNeeded: level))
    if unsafe bits[unchecked: word] == 0 { summary &= ~(1 &<< UInt64(truncatingIfNeeded: word)) }
  }
}
