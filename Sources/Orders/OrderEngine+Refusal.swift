import Buffers

extension OrderEngine {
  /// Rejects a new order for a reason outside the engine, such as a full journal; its reference number is used up.
  /// Ignored when the reference number is stale.
  public mutating func reject<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, because reason: RejectReason = .processingError, client: Int, at timestamp: UInt64,
    into sink: inout Sink
  ) -> Outcome {
    guard order.userReference > clients[client].lastReference else { return ignore(.staleReference) }
    return refuse(order, because: reason, client: client, at: timestamp, into: &sink)
  }

  /// Rejects a replacement for a reason outside the engine; the original stays as it is and the new reference number
  /// is used up. Ignored when that is stale, or when the original is not live.
  public mutating func reject<Sink: ReplySink & ~Copyable>(
    _ replace: ReplaceOrder, because reason: RejectReason = .processingError, client: Int,
    at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    guard replace.userReference > clients[client].lastReference else { return ignore(.staleReference) }
    let key = Self.key(client: client, reference: replace.originalReference)
    guard ordersByReference.position(of: key) != nil else { return ignore(.unknownOrder) }
    return refuse(
      OrderRejected(
        userReference: replace.userReference, reason: reason, clientOrderID: replace.clientOrderID,
        timestamp: timestamp),
      client: client, into: &sink)
  }

  /// Rejects a new order with a reference number that is not stale.
  @inline(never)
  mutating func refuse<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, because reason: RejectReason, client: Int, at timestamp: UInt64,
    into sink: inout Sink
  ) -> Outcome {
    refuse(
      OrderRejected(
        userReference: order.userReference, reason: reason, clientOrderID: order.clientOrderID,
        timestamp: timestamp),
      client: client, into: &sink)
  }

  /// Rejects a day order that nothing is wrong with, but for which no order place or no book is free.
  @inline(never)
  mutating func refuseForRoom<Sink: ReplySink & ~Copyable>(
    _ order: EnterOrder, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    _ = refuse(order, because: .processingError, client: client, at: timestamp, into: &sink)
    return .applied(.rejectedForRoom)
  }

  private mutating func refuse<Sink: ReplySink & ~Copyable>(
    _ rejection: OrderRejected, client: Int, into sink: inout Sink
  ) -> Outcome {
    clients[client].lastReference = rejection.userReference
    counters.rejected &+= 1
    sink.emit(rejection, to: client)
    sink.orderEnded(rejection.userReference, of: client)
    return .applied(.rejected)
  }
}
