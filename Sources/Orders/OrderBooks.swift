import Buffers

/// The price-time books of all symbols, in pools of fixed size.
///
/// A side is a tree of price levels and a level a queue of orders. Each part has its own file: symbols, levels,
/// queues. What an order means and what its client is told is the engine's.
struct OrderBooks: ~Copyable, Sendable {
  var orders: Table<RestingOrder>
  var firstFreeOrder: PoolIndex = 0
  var levels: Table<PriceLevel>
  var firstFreeLevel: PoolIndex = 0
  var branches: Table<LevelBranch>
  var firstFreeBranch: PoolIndex = 0
  var sides: Table<BookSide>
  var names: Table<BookName>
  var booksByName: HashIndex
  /// Books that may be given another name, oldest first.
  var firstIdleBook: PoolIndex = 0
  var lastIdleBook: PoolIndex

  /// Carves all pools. Context: boot.
  init(limits: OrderLimits, seed: UInt64, in arena: inout Arena) throws(ArenaError) {
    let count = limits.orders
    func following(_ index: Int, of count: Int) -> PoolIndex {
      index + 1 < count ? PoolIndex(index + 1) : .none
    }
    let orders = try Table(count: count, in: &arena) { RestingOrder.free(next: following($0, of: count)) }
    let levels = try Table(count: count, in: &arena) {
      PriceLevel(rank: 0, head: following($0, of: count), tail: .none, side: .none)
    }
    let branches = try Table(count: count, in: &arena) {
      LevelBranch(bit: 0, low: following($0, of: count), high: .none)
    }
    let sides = try Table(
      repeating: BookSide(root: .none, best: .none, bestRank: BookSide.emptyRank), count: 2 * limits.symbols,
      in: &arena)
    let names = try Table(count: limits.symbols, in: &arena) {
      BookName(symbol: Symbol(rawValue: 0), nextIdle: following($0, of: limits.symbols), isListed: true)
    }
    let booksByName = try HashIndex(capacity: limits.symbols, seed: seed, in: &arena)
    self.orders = orders
    self.levels = levels
    self.branches = branches
    self.sides = sides
    self.names = names
    self.booksByName = booksByName
    lastIdleBook = PoolIndex(limits.symbols - 1)
  }

  /// The bytes the pools take at most.
  static func byteCount(for limits: OrderLimits) -> Int {
    OrderLimits.tableByteCount(limits.orders, of: RestingOrder.self)
      + OrderLimits.tableByteCount(limits.orders, of: PriceLevel.self)
      + OrderLimits.tableByteCount(limits.orders, of: LevelBranch.self)
      + OrderLimits.tableByteCount(2 * limits.symbols, of: BookSide.self)
      + OrderLimits.tableByteCount(limits.symbols, of: BookName.self)
      + HashIndex.byteCount(capacity: limits.symbols) + OrderLimits.tableAlignment
  }
}
