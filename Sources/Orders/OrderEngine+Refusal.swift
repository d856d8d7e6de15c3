import Buffers

extension OrderEngine {
  /// Applies one message when new orders cannot be taken for a reason outside the engine, such as a full journal.
  ///
  /// A new order is Rejected. A replacement is Rejected too, and leaves its original as it is. Their reference numbers
  /// are used up. What `apply` would ignore is ignored, and cancels and queries are applied as ever.
  public mutating func reject<Sink: ReplySink & ~Copyable>(
    _ bytes: RawSpan, because reason: RejectReason = .processingError, client: Int, at timestamp: UInt64,
    into sink: inout Sink
  ) throws(MalformedMessage) -> Outcome {
    switch try InboundKind(checking: bytes) {
    case .enter:
      guard EnterOrder(bytes).userReference > clients[client].lastReference else {
        return ignore(.staleReference)
      }
      return refuse(bytes, because: reason, client: client, at: timestamp, into: &sink)
    case .replace: return rejectReplace(bytes, because: reason, client: client, at: timestamp, into: &sink)
    case .cancel: return cancel(bytes, client: client, at: timestamp, into: &sink)
    case .query: return answerQuery(client: client, at: timestamp, into: &sink)
    }
  }

  private mutating func rejectReplace<Sink: ReplySink & ~Copyable>(
    _ bytes: RawSpan, because reason: RejectReason, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    let replace = ReplaceOrder(bytes)
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
    _ bytes: RawSpan, because reason: RejectReason, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    let order = EnterOrder(bytes)
    return refuse(
      OrderRejected(
        userReference: order.userReference, reason: reason, clientOrderID: order.clientOrderID,
        timestamp: timestamp),
      client: client, into: &sink)
  }

  private mutating func refuse<Sink: ReplySink & ~Copyable>(
    _ rejection: OrderRejected, client: Int, into sink: inout Sink
  ) -> Outcome {
    clients[client].lastReference = rejection.userReference
    counters.rejected &+= 1
    sink.emit(rejection, to: client)
    return .applied(.rejected)
  }
}
