import Buffers

/// How far the search for a bucket's orders has come: the books before it have none.
struct BucketCursor: BitwiseCopyable {
  var bucket: UInt8 = 0
  var book = 0
}

extension OrderEngine {
  /// How many more orders can rest. With as many symbols as orders (see `OrderLimits`) each finds a book.
  public var freeOrderCount: Int { limits.orders &- liveOrderCount }

  /// Resting orders of a bucket. Complexity: O(limits).
  public func orderCount(inBucket bucket: UInt8) -> Int {
    var count = 0
    ordersByReference.forEach { _, order in
      let side = books.levels[Int(books.orders[Int(order)].level)].side
      if books.names[Int(side) / 2].symbol.bucket == bucket { count += 1 }
    }
    return count
  }

  /// Takes the next part of a bucket out of the engine: order by order, those of one price in their order of time,
  /// at last the bucket's counters, and then nothing. Adopted by another engine in the same order, they are there
  /// what they were here; `orderEnded` is not called, since no order ends.
  ///
  /// From the first part on, no message that concerns the bucket's symbols may be applied until the last part is
  /// adopted; those of other buckets may. An engine without any order of the bucket still gives its counters.
  ///
  /// Complexity: O(31), and O(symbols) once for all parts of a move.
  public mutating func takePart(of bucket: UInt8) -> BucketPart? {
    if let order = nextOrder(of: bucket) {
      return BucketPart(bucket: bucket, content: .order(takeAway(order)))
    }
    cursor.book = 0
    let taken = numbers[Int(bucket)]
    guard !taken.isGivenAway else { return nil }
    numbers[Int(bucket)] = .givenAway
    return BucketPart(bucket: bucket, content: .numbers(taken))
  }

  /// Puts a part that another engine gave into this one: an order behind all others of its price, the counters in
  /// the place of unused ones.
  ///
  /// The engine must have room for an order: `freeOrderCount`. Traps when there is no free order place or book, or
  /// when the engine has counted orders of the bucket itself. Complexity: O(31).
  public mutating func adopt(_ part: BucketPart) {
    switch part.content {
    case .order(let order):
      // A bucket may come back while its first orders are being taken again.
      if part.bucket == cursor.bucket { cursor.book = 0 }
      settle(order)
    case .numbers(let taken):
      precondition(!numbers[Int(part.bucket)].hasCounted, "two engines have counted in one bucket")
      numbers[Int(part.bucket)] = taken
    }
  }

  /// The first order of the best level of the first side of the first book that has any.
  private mutating func nextOrder(of bucket: UInt8) -> PoolIndex? {
    if cursor.bucket != bucket { cursor = BucketCursor(bucket: bucket) }
    while cursor.book < limits.symbols {
      if books.names[cursor.book].symbol.bucket == bucket {
        for side in 2 * cursor.book...2 * cursor.book + 1 where books.sides[side].best != .none {
          return books.levels[Int(books.sides[side].best)].head
        }
      }
      cursor.book &+= 1
    }
    return nil
  }

  private mutating func takeAway(_ place: PoolIndex) -> BucketPart.Order {
    let order = books.orders[Int(place)]
    let side = Int(books.levels[Int(order.level)].side)
    let part = BucketPart.Order(
      symbol: books.names[side / 2].symbol, userReference: order.userReference, price: order.price,
      size: order.size, executed: order.executed, client: order.client, side: side & 1 == 0 ? .buy : .sell,
      sideCode: order.sideCode, capacity: order.capacity)
    let position = position(ofResting: order.userReference, client: Int(order.client))
    removeOrder(place, at: position, client: Int(order.client))
    return part
  }

  private mutating func settle(_ order: BucketPart.Order) {
    precondition(books.hasFreeOrder, "no room for an order of a bucket that moves in")
    var book = books.book(of: order.symbol)
    if book == .none { book = books.openBook(for: order.symbol) }
    precondition(book != .none, "no book for an order of a bucket that moves in")
    let state = OrderState(
      status: order.executed == 0 ? .new : .partial, id: order.userReference,
      price: Price(tenThousandths: UInt64(order.price)), size: order.size, side: order.side,
      executed: order.executed)
    rest(
      state, client: Int(order.client), sideCode: order.sideCode, capacity: order.capacity,
      on: 2 * Int(book) + Int(order.side.rawValue))
  }
}
