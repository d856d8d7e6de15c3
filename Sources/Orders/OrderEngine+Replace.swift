import Buffers

extension ReplaceOrder {
  /// Whether its fields other than size and price, which the order process judges, are acceptable.
  @inline(__always) var hasSupportedInstructions: Bool {
    timeInForce.isSupported && display == .visible && intermarketSweep == .none
  }
}

extension OrderEngine {
  /// Puts an order with new terms in the place of a live one, on the same side of the same symbol, behind all others
  /// of its price; it may trade at once.
  ///
  /// Ignored when the new reference number is not greater than all before it, or the original is not live; the new
  /// number can then still be used. With terms that cannot be, the original is canceled (reason U, since its client
  /// wanted it gone) and the new number can still be used. With a total of no more than was executed, or as an
  /// immediate-or-cancel order that finds nothing, the new order is Replaced as dead, and that is all.
  @inline(never)
  public mutating func apply<Sink: ReplySink & ~Copyable>(
    _ replace: ReplaceOrder, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    guard replace.userReference > clients[client].lastReference else { return ignore(.staleReference) }
    let key = Self.key(client: client, reference: replace.originalReference)
    guard let position = ordersByReference.position(of: key) else { return ignore(.unknownOrder) }
    let place = ordersByReference.value(at: position)
    let original = books.orders[Int(place)]
    let side = Int(books.levels[Int(original.level)].side)
    var process = OrderProcess(original.state(on: side & 1 == 0 ? .buy : .sell))
    let request = OrderProtocol.replace(
      id: replace.userReference, price: replace.price, size: replace.quantity)
    guard replace.hasSupportedInstructions, case .success = process.send(request) else {
      cancelOriginal(&process, place, at: position, client: client, at: timestamp, into: &sink)
      sink.orderEnded(replace.originalReference, of: client)
      sink.orderEnded(replace.userReference, of: client)
      return .applied(.canceled)
    }
    process.acknowledge()
    removeOrder(place, at: position, client: client)
    announce(process.state, replacing: original, by: replace, on: side, client, at: timestamp, into: &sink)
    sink.orderEnded(replace.originalReference, of: client)
    finish(&process, original, replace.timeInForce, on: side, client, at: timestamp, into: &sink)
    return .applied(.replaced)
  }

  @inline(never)
  private mutating func cancelOriginal<Sink: ReplySink & ~Copyable>(
    _ process: inout OrderProcess, _ place: PoolIndex, at position: Int, client: Int, at timestamp: UInt64,
    into sink: inout Sink
  ) {
    let decrement = process.state.leaves
    process.cancelByVenue()
    removeOrder(place, at: position, client: client)
    counters.canceled &+= 1
    sink.emit(
      OrderCanceled(
        userReference: process.state.id, decrement: decrement, reason: .user, timestamp: timestamp),
      to: client)
  }

  private mutating func announce<Sink: ReplySink & ~Copyable>(
    _ state: OrderState, replacing original: RestingOrder, by replace: ReplaceOrder, on side: Int,
    _ client: Int, at timestamp: UInt64, into sink: inout Sink
  ) {
    clients[client].lastReference = replace.userReference
    counters.replaced &+= 1
    let symbol = books.names[side &>> 1].symbol
    let reference = numbers[Int(symbol.bucket)].takeOrder()
    let isDead = state.leaves == 0 || replace.timeInForce == .immediateOrCancel && !crosses(state, on: side)
    sink.emit(
      OrderReplaced(
        replace, side: original.sideCode, quantity: state.leaves,
        symbol: symbol, capacity: original.capacity, orderReference: reference,
        life: isDead ? .dead : .live, timestamp: timestamp),
      to: client)
  }

  /// Trades what the new order can trade, and puts the rest of it where its time in force says.
  private mutating func finish<Sink: ReplySink & ~Copyable>(
    _ process: inout OrderProcess, _ original: RestingOrder, _ timeInForce: TimeInForce, on side: Int,
    _ client: Int, at timestamp: UInt64, into sink: inout Sink
  ) {
    let found = crosses(process.state, on: side)
    match(&process, on: side, client: client, at: timestamp, into: &sink)
    if process.state.leaves > 0, timeInForce == .day {
      rest(process.state, client: client, sideCode: original.sideCode, capacity: original.capacity, on: side)
      return
    }
    // One that found nothing was announced as dead, and that was all.
    if process.state.leaves > 0, found {
      cancelRemainder(of: &process, client: client, at: timestamp, into: &sink)
    }
    sink.orderEnded(process.state.id, of: client)
  }

  /// Whether an order finds something to trade with.
  @inline(__always) private func crosses(_ state: OrderState, on side: Int) -> Bool {
    let price = UInt32(truncatingIfNeeded: state.price.tenThousandths)
    return books.sides[side ^ 1].bestRank <= BookSide.rank(of: price, on: side ^ 1)
  }
}
