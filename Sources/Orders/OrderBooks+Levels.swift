import Buffers

extension OrderBooks {
  /// The level of `rank` on a side, made when there is none. Complexity: O(31).
  @inline(__always) mutating func level(of rank: UInt32, on side: Int) -> PoolIndex {
    if sides[side].bestRank == rank { return sides[side].best }
    return findOrAddLevel(of: rank, on: side)
  }

  @inline(never) private mutating func findOrAddLevel(of rank: UInt32, on side: Int) -> PoolIndex {
    let root = sides[side].root
    guard root != .none else {
      let level = takeLevel(of: rank, on: side)
      sides[side] = BookSide(root: level, best: level, bestRank: rank)
      return level
    }
    let nearest = descend(from: root, towards: rank)
    let difference = levels[Int(nearest)].rank ^ rank
    guard difference != 0 else { return nearest }
    let level = takeLevel(of: rank, on: side)
    insert(level, of: rank, fork: 31 &- UInt32(truncatingIfNeeded: difference.leadingZeroBitCount), on: side)
    if rank < sides[side].bestRank {
      sides[side].best = level
      sides[side].bestRank = rank
    }
    return level
  }

  /// The level that a search for `rank` ends at: its own, or one that differs from it in the bit to fork at.
  @inline(__always) private func descend(from root: PoolIndex, towards rank: UInt32) -> PoolIndex {
    var link = root
    while link & LevelBranch.tag != 0 {
      let branch = branches[Int(link ^ LevelBranch.tag)]
      link = rank &>> branch.bit & 1 == 0 ? branch.low : branch.high
    }
    return link
  }

  /// Puts a new level beside the first link on its path whose levels all agree with each other in bit `fork`.
  @inline(__always) private mutating func insert(
    _ level: PoolIndex, of rank: UInt32, fork bit: UInt32, on side: Int
  ) {
    var parent = PoolIndex.none
    var link = sides[side].root
    while link & LevelBranch.tag != 0 {
      let branch = branches[Int(link ^ LevelBranch.tag)]
      if branch.bit < bit { break }
      parent = link ^ LevelBranch.tag
      link = rank &>> branch.bit & 1 == 0 ? branch.low : branch.high
    }
    let new = firstFreeBranch
    firstFreeBranch = branches[Int(new)].low
    let isHigh = rank &>> bit & 1 == 1
    branches[Int(new)] = LevelBranch(bit: bit, low: isHigh ? link : level, high: isHigh ? level : link)
    relink(parent, towards: rank, to: new | LevelBranch.tag, on: side)
  }

  /// Takes a level without orders out of its side. Complexity: O(31).
  @inline(__always) mutating func removeLevel(_ level: PoolIndex) {
    let side = Int(levels[Int(level)].side)
    if sides[side].root == level {
      sides[side] = BookSide(root: .none, best: .none, bestRank: BookSide.emptyRank)
      sideBecameEmpty(side)
    } else {
      removeFork(above: level, on: side)
    }
    levels[Int(level)].head = firstFreeLevel
    firstFreeLevel = level
  }

  @inline(never) private mutating func removeFork(above level: PoolIndex, on side: Int) {
    let rank = levels[Int(level)].rank
    var grandparent = PoolIndex.none
    var parent = PoolIndex.none
    var link = sides[side].root
    var sibling = PoolIndex.none
    while link & LevelBranch.tag != 0 {
      grandparent = parent
      parent = link ^ LevelBranch.tag
      let branch = branches[Int(parent)]
      let isLow = rank &>> branch.bit & 1 == 0
      link = isLow ? branch.low : branch.high
      sibling = isLow ? branch.high : branch.low
    }
    relink(grandparent, towards: rank, to: sibling, on: side)
    branches[Int(parent)].low = firstFreeBranch
    firstFreeBranch = parent
    // The next best is the best of what shared a fork with the best.
    if sides[side].best == level { noteBest(below: sibling, on: side) }
  }

  @inline(__always) private mutating func noteBest(below link: PoolIndex, on side: Int) {
    var link = link
    while link & LevelBranch.tag != 0 { link = branches[Int(link ^ LevelBranch.tag)].low }
    sides[side].best = link
    sides[side].bestRank = levels[Int(link)].rank
  }

  /// Makes the link that leads from a branch (or, without one, from the root) towards `rank` lead to `target`.
  @inline(__always)
  private mutating func relink(_ branch: PoolIndex, towards rank: UInt32, to target: PoolIndex, on side: Int)
  {
    if branch == .none {
      sides[side].root = target
    } else if rank &>> branches[Int(branch)].bit & 1 == 0 {
      branches[Int(branch)].low = target
    } else {
      branches[Int(branch)].high = target
    }
  }

  /// A level from the pool, which has one for every order.
  @inline(__always) private mutating func takeLevel(of rank: UInt32, on side: Int) -> PoolIndex {
    let level = firstFreeLevel
    firstFreeLevel = levels[Int(level)].head
    levels[Int(level)] = PriceLevel(
      rank: rank, head: .none, tail: .none, side: PoolIndex(truncatingIfNeeded: side))
    return level
  }
}
