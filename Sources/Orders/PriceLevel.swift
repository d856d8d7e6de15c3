/// All orders of one price on one side of one book, in the order of their coming.
struct PriceLevel: BitwiseCopyable {
  /// The price's rank on its side: lower is better. See `BookSide`.
  var rank: UInt32
  /// The first to trade; in a free slot the next free one.
  var head: PoolIndex
  var tail: PoolIndex
  /// The index of its `BookSide`.
  var side: PoolIndex
}

/// One side of one book. The sides of book b are 2b (buy) and 2b + 1 (sell), as in `Side`.
///
/// Prices are ranked so that the best is the lowest on both sides: a sell price by itself, a buy price by its
/// complement. An incoming order trades while the opposite side's best rank is at most its own limit's rank there,
/// and the two ranks of one price are each other's complement.
struct BookSide: BitwiseCopyable {
  /// The tree of levels: a level, or a branch tagged by `LevelBranch.tag`, or none.
  var root: PoolIndex
  /// The level of the lowest rank, when there is one.
  var best: PoolIndex
  /// Its rank; `emptyRank` when there is none, which is higher than the rank of any price.
  var bestRank: UInt32

  static var emptyRank: UInt32 { .max }

  @inline(__always) static func rank(of price: UInt32, on side: Int) -> UInt32 {
    side & 1 == Int(Side.buy.rawValue) ? ~price : price
  }
}

/// A fork in a side's tree: below it, levels whose ranks agree in all bits above `bit` and differ in it.
///
/// The tree is a crit-bit tree: a path has at most 31 forks, since ranks of one side differ only in the low 31 bits.
struct LevelBranch: BitwiseCopyable {
  /// Set in a link that leads to a branch, clear in one that leads to a level.
  static var tag: PoolIndex { 1 << 31 }

  /// The bit's place, 0 to 30; smaller from fork to fork.
  var bit: UInt32
  /// Where the bit is 0, the better ranks; in a free slot the next free one.
  var low: PoolIndex
  /// Where the bit is 1.
  var high: PoolIndex
}
