import Buffers

extension EnterOrder {
  /// Why the venue does not take the order: the first of its fields, in their order on the wire, that is not
  /// acceptable. The symbol is looked at elsewhere, and last.
  @inline(__always) func fault(side: Side?) -> RejectReason? {
    guard side != nil else { return .side }
    guard OrderSize.isValid(quantity) else { return .quantity }
    guard price.isLimit else { return price == .market ? .marketOrder : .price }
    guard timeInForce.isSupported else { return .other }
    guard display == .visible else { return .display }
    guard capacity.isSupported else { return .other }
    guard intermarketSweep == .none else { return .intermarketSweep }
    guard cross == .none else { return .cross }
    return nil
  }
}

extension OrderEngine {
  /// Takes a new order: it trades with what rests on the other side at its limit or better, and a day order's
  /// remainder comes to rest. Orders of one client may trade with each other.
  ///
  /// A reference number that is not greater than all before it is ignored. An order the venue cannot take is
  /// Rejected, and so is a day order for which there is no room, even if it would trade at once: 0x000A. An
  /// immediate-or-cancel order that finds nothing is Accepted as dead, and that is all.
  @inline(never)
  public mutating func apply<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    guard order.userReference > clients[client].lastReference else { return ignore(.staleReference) }
    let sideOfOrder = order.side.side
    if let reason = order.fault(side: sideOfOrder) {
      return refuse(order, because: reason, client: client, at: timestamp, into: &sink)
    }
    var book = books.book(of: order.symbol)
    if order.timeInForce == .day {
      guard books.hasFreeOrder else {
        return refuseForRoom(order, client: client, at: timestamp, into: &sink)
      }
      if book == .none { book = books.openBook(for: order.symbol) }
    }
    guard book != .none else {
      return enterWithoutBook(order, client: client, at: timestamp, into: &sink)
    }
    let side = Int(book) &* 2 | (sideOfOrder == .buy ? 0 : 1)
    let price = UInt32(truncatingIfNeeded: order.price.tenThousandths)
    let rank = BookSide.rank(of: price, on: side)
    if books.sides[side ^ 1].bestRank <= ~rank {
      return enterCrossing(order, on: side, client: client, at: timestamp, into: &sink)
    }
    if order.timeInForce != .day {
      return enterDead(order, client: client, at: timestamp, into: &sink)
    }
    var process = OrderProcess()
    process.request(
      id: order.userReference, price: order.price, size: order.quantity, side: sideOfOrder ?? .buy)
    process.acknowledge()
    accept(order, life: .live, client: client, at: timestamp, into: &sink)
    rest(process.state, client: client, sideCode: order.side, capacity: order.capacity, on: side)
    return .applied(.accepted)
  }

  /// Tells the client that its order is accepted, and uses up its reference number.
  @inline(__always)
  private mutating func accept<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, life: LifeCode, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) {
    clients[client].lastReference = order.userReference
    counters.accepted &+= 1
    let reference = numbers[Int(order.symbol.bucket)].takeOrder()
    sink.emit(
      OrderAccepted(order, orderReference: reference, life: life, timestamp: timestamp), to: client)
  }

  /// An order for a symbol that has no book and gets none: it is no symbol, there is no room for one more, or the
  /// order would not stay.
  @inline(never)
  private mutating func enterWithoutBook<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    guard order.symbol.isValid else {
      return refuse(order, because: .symbol, client: client, at: timestamp, into: &sink)
    }
    guard order.timeInForce != .day else {
      return refuseForRoom(order, client: client, at: timestamp, into: &sink)
    }
    return enterDead(order, client: client, at: timestamp, into: &sink)
  }

  /// An immediate-or-cancel order that finds nothing: canceled by the venue before it is acknowledged.
  @inline(never)
  private mutating func enterDead<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    var process = OrderProcess()
    process.request(
      id: order.userReference, price: order.price, size: order.quantity, side: order.side.side ?? .buy)
    process.cancelByVenue()
    accept(order, life: .dead, client: client, at: timestamp, into: &sink)
    sink.orderEnded(order.userReference, of: client)
    return .applied(.accepted)
  }

  @inline(never)
  private mutating func enterCrossing<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, on side: Int, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    var process = OrderProcess()
    process.request(
      id: order.userReference, price: order.price, size: order.quantity, side: order.side.side ?? .buy)
    process.acknowledge()
    accept(order, life: .live, client: client, at: timestamp, into: &sink)
    match(&process, on: side, client: client, at: timestamp, into: &sink)
    if process.state.leaves > 0, order.timeInForce == .day {
      rest(process.state, client: client, sideCode: order.side, capacity: order.capacity, on: side)
      return .applied(.accepted)
    }
    if process.state.leaves > 0 {
      cancelRemainder(of: &process, client: client, at: timestamp, into: &sink)
    }
    sink.orderEnded(order.userReference, of: client)
    return .applied(.accepted)
  }

  /// Puts a new order into the books and all tables.
  @inline(__always)
  mutating func rest(
    _ state: OrderState, client: Int, sideCode: SideCode, capacity: CapacityCode, on side: Int
  ) {
    let place = books.takeOrder()
    books.enqueue(place, state, client: client, sideCode: sideCode, capacity: capacity, on: side)
    ordersByReference.insert(Self.key(client: client, reference: state.id), value: place)
    clients[client].liveOrders &+= 1
    liveOrderCount &+= 1
  }
}
