import Buffers

extension OrderEngine {
  /// Trades an incoming order with what rests on the other side, best price first and oldest first at a price, each
  /// at the resting order's price. The resting side is told first.
  ///
  /// Complexity: O(orders traded with), of which there are at most as many as the incoming order has shares.
  @inline(never)
  mutating func match<Sink: ReplySink & ~Copyable>(
    _ process: inout OrderProcess, on side: Int, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) {
    let opposite = side ^ 1
    let price = UInt32(truncatingIfNeeded: process.state.price.tenThousandths)
    let bucket = Int(books.names[side &>> 1].symbol.bucket)
    let limitRank = BookSide.rank(of: price, on: opposite)
    while process.state.leaves > 0, books.sides[opposite].bestRank <= limitRank {
      let order = books.levels[Int(books.sides[opposite].best)].head
      trade(&process, with: order, in: bucket, client: client, at: timestamp, into: &sink)
    }
  }

  @inline(__always)
  private mutating func trade<Sink: ReplySink & ~Copyable>(
    _ incoming: inout OrderProcess, with order: PoolIndex, in bucket: Int, client: Int,
    at timestamp: UInt64, into sink: inout Sink
  ) {
    let restingClient = Int(books.orders[Int(order)].client)
    var resting = OrderProcess(
      books.orders[Int(order)].state(on: incoming.state.side == .buy ? .sell : .buy))
    let quantity = min(incoming.state.leaves, resting.state.leaves)
    resting.execute(quantity)
    incoming.execute(quantity)
    books.orders[Int(order)].executed = resting.state.executed
    let isFilled = resting.state.status == .filled
    if isFilled {
      removeOrder(
        order, at: position(ofResting: resting.state.id, client: restingClient), client: restingClient)
    }

    counters.executions &+= 1
    let match = numbers[bucket].takeMatch()
    sink.emit(
      OrderExecuted(
        userReference: resting.state.id, quantity: quantity, price: resting.state.price, liquidity: .added,
        matchNumber: match, timestamp: timestamp),
      to: restingClient)
    sink.emit(
      OrderExecuted(
        userReference: incoming.state.id, quantity: quantity, price: resting.state.price,
        liquidity: .removed, matchNumber: match, timestamp: timestamp),
      to: client)
    if isFilled { sink.orderEnded(resting.state.id, of: restingClient) }
  }

  /// Ends an immediate-or-cancel order with something left.
  mutating func cancelRemainder<Sink: ReplySink & ~Copyable>(
    of process: inout OrderProcess, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) {
    let decrement = process.state.leaves
    process.cancelByVenue()
    counters.canceled &+= 1
    sink.emit(
      OrderCanceled(
        userReference: process.state.id, decrement: decrement, reason: .immediateOrCancel,
        timestamp: timestamp),
      to: client)
  }
}
