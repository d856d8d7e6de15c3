import Wire

/// One message from a client.
public enum InboundMessage: Equatable, Sendable {
  case enter(EnterOrder)
  case replace(ReplaceOrder)
  case cancel(CancelOrder)
  case query(AccountQuery)

  /// Reads one whole message. Appendages are checked and ignored.
  ///
  /// Complexity: O(1), and O(n) in the tags of an appendage.
  public init(parsing bytes: RawSpan) throws(MalformedMessage) {
    switch try InboundKind(checking: bytes) {
    case .enter: self = .enter(EnterOrder(bytes))
    case .replace: self = .replace(ReplaceOrder(bytes))
    case .cancel: self = .cancel(CancelOrder(bytes))
    case .query: self = .query(AccountQuery())
    }
  }
}

/// What a client's message is, once its length is known to be right.
public enum InboundKind: UInt8, Sendable, BitwiseCopyable {
  case enter
  case replace
  case cancel
  case query

  /// Looks at the type and the length of one whole message, and at the form of its appendage.
  @inline(__always) public init(checking bytes: RawSpan) throws(MalformedMessage) {
    guard bytes.byteCount > 0 else { throw .empty }
    let type = bytes.byte(at: 0)
    // The two that come all the time are not looked up in a table.
    if type == EnterOrder.type {
      try checkAppendage(in: bytes, at: EnterOrder.byteCount - 2)
      self = .enter
      return
    }
    if type == CancelOrder.type {
      if bytes.byteCount != CancelOrder.byteCount {
        try checkAppendage(in: bytes, at: CancelOrder.byteCount)
      }
      self = .cancel
      return
    }
    switch type {
    case ReplaceOrder.type:
      try checkAppendage(in: bytes, at: ReplaceOrder.byteCount - 2)
      self = .replace
    case AccountQuery.type:
      if bytes.byteCount != AccountQuery.byteCount {
        try checkAppendage(in: bytes, at: AccountQuery.byteCount)
      }
      self = .query
    default:
      throw .unknownType
    }
  }
}

/// Why bytes are not a message: the client, or whoever wrote them, is at fault. Nothing can be answered.
public enum MalformedMessage: UInt8, Error {
  /// There is not even a type.
  case empty
  /// The first byte is no type this venue knows.
  case unknownType
  /// The message is shorter than its type, or its appendage length, says.
  case truncated
  /// Bytes follow the end of the message.
  case oversized
  /// The tags of the appendage do not fill it exactly.
  case badAppendage

  /// How many reasons there are.
  public static let count = Int(badAppendage.rawValue) + 1

  /// The reason as counters are printed.
  public var name: StaticString {
    switch self {
    case .empty: "empty"
    case .unknownType: "unknown-type"
    case .truncated: "truncated"
    case .oversized: "oversized"
    case .badAppendage: "bad-appendage"
    }
  }
}
