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
  public mutating func apply<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    guard order.userReference > clients[client].lastReference else { return ignore(.staleReference) }
    let side = order.side.side
    if let reason = order.fault(side: side) {
      return refuse(order, because: reason, client: client, at: timestamp, into: &sink)
    }
    var book = books.book(of: order.symbol)
    if book == .none {
      if !order.symbol.isValid {
        return refuse(order, because: .symbol, client: client, at: timestamp, into: &sink)
      }
      if order.timeInForce == .immediateOrCancel {
        return acceptDead(order, client: client, at: timestamp, into: &sink)
      }
    }
    if order.timeInForce == .day {
      guard books.hasFreeOrder else {
        return refuse(order, because: .processingError, client: client, at: timestamp, into: &sink)
      }
      if book == .none {
        book = books.openBook(for: order.symbol)
        guard book != .none else {
          return refuse(order, because: .processingError, client: client, at: timestamp, into: &sink)
        }
      }
    }
    let ownSide = Int(book) &* 2 | Int(side == .buy ? Side.buy.rawValue : Side.sell.rawValue)
    let price = UInt32(truncatingIfNeeded: order.price.tenThousandths)
    let limitRank = ~BookSide.rank(of: price, on: ownSide)
    if books.sides[ownSide ^ 1].bestRank <= limitRank {
      return acceptCrossing(order, on: ownSide, client: client, at: timestamp, into: &sink)
    }
    if order.timeInForce == .immediateOrCancel {
      return acceptDead(order, client: client, at: timestamp, into: &sink)
    }
    let process = accept(order, side: side ?? .buy, client: client, at: timestamp, into: &sink)
    rest(process.state, client: client, sideCode: order.side, capacity: order.capacity, on: ownSide)
    return .applied(.accepted)
  }

  /// Tells the client that its order is live.
  @inline(__always)
  private mutating func accept<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, side: Side, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> OrderProcess {
    var process = OrderProcess()
    process.advance(
      .request(id: order.userReference, price: order.price, size: order.quantity, side: side))
    process.advance(.ack)
    noteAccepted(order, life: .live, client: client, at: timestamp, into: &sink)
    return process
  }

  @inline(__always)
  private mutating func noteAccepted<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, life: LifeCode, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) {
    clients[client].lastReference = order.userReference
    counters.accepted &+= 1
    let reference = nextOrderReference
    nextOrderReference &+= 1
    sink.emit(
      OrderAccepted(order, orderReference: reference, life: life, timestamp: timestamp), to: client)
  }

  /// An immediate-or-cancel order that finds nothing: canceled by the venue before it is acknowledged.
  @inline(never)
  private mutating func acceptDead<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    var process = OrderProcess()
    process.advance(
      .request(
        id: order.userReference, price: order.price, size: order.quantity, side: order.side.side ?? .buy))
    process.advance(.unsolicitedCancel)
    noteAccepted(order, life: .dead, client: client, at: timestamp, into: &sink)
    return .applied(.accepted)
  }

  @inline(never)
  private mutating func acceptCrossing<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, on side: Int, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    var process = accept(
      order, side: side & 1 == 0 ? .buy : .sell, client: client, at: timestamp, into: &sink)
    match(&process, on: side, client: client, at: timestamp, into: &sink)
    guard process.state.leaves > 0 else { return .applied(.accepted) }
    if order.timeInForce == .day {
      rest(process.state, client: client, sideCode: order.side, capacity: order.capacity, on: side)
    } else {
      cancelRemainder(of: &process, client: client, at: timestamp, into: &sink)
    }
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
