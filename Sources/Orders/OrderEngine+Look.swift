import Buffers

// What a router in front of several engines looks at, before they go to their cores.
extension OrderEngine {
  /// Calls `body` with every live order. Complexity: O(limits).
  package func forEachLiveOrder(_ body: (_ client: Int, _ reference: UInt32, _ symbol: Symbol) -> Void) {
    ordersByReference.forEach { key, place in
      body(Int(key &>> 32), UInt32(truncatingIfNeeded: key), symbol(of: place))
    }
  }

  /// The symbol of a live order; nothing when it is not live.
  package func symbol(ofOrder reference: UInt32, client: Int) -> Symbol? {
    guard let position = ordersByReference.position(of: Self.key(client: client, reference: reference)) else {
      return nil
    }
    return symbol(of: ordersByReference.value(at: position))
  }

  /// Takes whatever reference number a client uses next: it was compared with those of all engines.
  @inline(__always)
  package mutating func trustNextReference(of client: Int) { clients[client].lastReference = 0 }

  private func symbol(of place: PoolIndex) -> Symbol {
    let side = books.levels[Int(books.orders[Int(place)].level)].side
    return books.names[Int(side) / 2].symbol
  }
}

extension OrderCounters {
  /// Counts answers by their type byte, as another core has made them.
  package mutating func count(_ number: UInt64, answersOf type: UInt8) {
    switch type {
    case OrderAccepted.type: accepted &+= number
    case OrderReplaced.type: replaced &+= number
    case OrderCanceled.type: canceled &+= number
    case OrderRejected.type: rejected &+= number
    // Each trade is told to both sides.
    case OrderExecuted.type: executions &+= number / 2
    default: break
    }
  }

  package mutating func countQuery() { queries &+= 1 }

  package mutating func count(_ reason: IgnoredMessage) {
    switch reason {
    case .staleReference: staleReferences &+= 1
    case .unknownOrder: unknownOrders &+= 1
    case .superfluousCancel: superfluousCancels &+= 1
    }
  }

  package mutating func add(_ other: OrderCounters) {
    accepted &+= other.accepted
    replaced &+= other.replaced
    canceled &+= other.canceled
    rejected &+= other.rejected
    executions &+= other.executions
    queries &+= other.queries
    staleReferences &+= other.staleReferences
    unknownOrders &+= other.unknownOrders
    superfluousCancels &+= other.superfluousCancels
  }
}
