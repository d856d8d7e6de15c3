import Wire

/// Any message to a client, as the client reads it. The host command and the tests decode with this.
public enum OutboundReply: Equatable, Sendable {
  case accepted(OrderAccepted)
  case replaced(OrderReplaced)
  case canceled(OrderCanceled)
  case executed(OrderExecuted)
  case rejected(OrderRejected)
  case queryResponse(AccountQueryResponse)

  /// Reads one whole message. An appendage is checked and ignored.
  public init(parsing bytes: RawSpan) throws(MalformedMessage) {
    guard bytes.byteCount > 0 else { throw .empty }
    switch bytes.byte(at: 0) {
    case OrderAccepted.type:
      try checkAppendage(in: bytes, at: OrderAccepted.byteCount - 2)
      self = .accepted(OrderAccepted(checked: bytes))
    case OrderReplaced.type:
      try checkAppendage(in: bytes, at: OrderReplaced.byteCount - 2)
      self = .replaced(OrderReplaced(checked: bytes))
    case OrderExecuted.type:
      try checkAppendage(in: bytes, at: OrderExecuted.byteCount - 2)
      self = .executed(OrderExecuted(checked: bytes))
    case OrderCanceled.type:
      try Self.checkOptionalAppendage(in: bytes, at: OrderCanceled.byteCount)
      self = .canceled(OrderCanceled(checked: bytes))
    case OrderRejected.type:
      try Self.checkOptionalAppendage(in: bytes, at: OrderRejected.byteCount)
      self = .rejected(OrderRejected(checked: bytes))
    case AccountQueryResponse.type:
      try Self.checkOptionalAppendage(in: bytes, at: AccountQueryResponse.byteCount)
      self = .queryResponse(AccountQueryResponse(checked: bytes))
    default:
      throw .unknownType
    }
  }

  private static func checkOptionalAppendage(
    in bytes: RawSpan, at offset: Int
  ) throws(MalformedMessage) {
    guard bytes.byteCount != offset else { return }
    try checkAppendage(in: bytes, at: offset)
  }
}
