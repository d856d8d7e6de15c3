import Buffers

extension OrderBooks {
  /// Whether one more order finds a place.
  var hasFreeOrder: Bool { @inline(__always) get { firstFreeOrder != .none } }

  /// Takes a place for an order; the caller has seen that there is one.
  @inline(__always) mutating func takeOrder() -> PoolIndex {
    let order = firstFreeOrder
    firstFreeOrder = orders[Int(order)].next
    return order
  }

  /// Gives an order's place back.
  @inline(__always) mutating func giveOrder(_ order: PoolIndex) {
    orders[Int(order)].next = firstFreeOrder
    firstFreeOrder = order
  }

  /// Puts an order behind all others of its price. Complexity: O(31).
  @inline(__always)
  mutating func enqueue(
    _ order: PoolIndex, _ state: OrderState, client: Int, sideCode: SideCode, capacity: CapacityCode,
    on side: Int
  ) {
    let price = UInt32(truncatingIfNeeded: state.price.tenThousandths)
    let level = level(of: BookSide.rank(of: price, on: side), on: side)
    let previous = levels[Int(level)].tail
    levels[Int(level)].tail = order
    if previous == .none {
      levels[Int(level)].head = order
    } else {
      orders[Int(previous)].next = order
    }
    orders[Int(order)] = RestingOrder(
      userReference: state.id, price: price, size: state.size, executed: state.executed, level: level,
      next: .none, previous: previous, client: UInt8(truncatingIfNeeded: client), sideCode: sideCode,
      capacity: capacity)
  }

  /// Takes an order out of its queue; its place stays taken. Complexity: O(31).
  @inline(__always) mutating func dequeue(_ order: PoolIndex) {
    let level = orders[Int(order)].level
    let next = orders[Int(order)].next
    let previous = orders[Int(order)].previous
    if previous != .none {
      orders[Int(previous)].next = next
    } else if next != .none {
      levels[Int(level)].head = next
    } else {
      return removeLevel(level)
    }
    if next != .none {
      orders[Int(next)].previous = previous
    } else {
      levels[Int(level)].tail = previous
    }
  }
}
