import Wire

/// A new order, or a replacement, was not taken (OUCH 5.0, 3.8). Its reference number is used up.
public struct OrderRejected: OutboundMessage, Equatable, Sendable, BitwiseCopyable {
  /// The message type byte, `J`.
  public static var type: UInt8 { UInt8(ascii: "J") }
  public static var byteCount: Int { 29 }

  /// Nanoseconds since midnight.
  public var timestamp: UInt64
  public var userReference: UInt32
  public var reason: RejectReason
  public var clientOrderID: ClientOrderID

  @inline(__always)
  public init(userReference: UInt32, reason: RejectReason, clientOrderID: ClientOrderID, timestamp: UInt64) {
    self.timestamp = timestamp
    self.userReference = userReference
    self.reason = reason
    self.clientOrderID = clientOrderID
  }

  @inline(__always) public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    Self.store(Self.type, at: 0, of: &bytes)
    Self.store(timestamp, at: 1, of: &bytes)
    Self.store(userReference, at: 9, of: &bytes)
    Self.store(reason.rawValue, at: 13, of: &bytes)
    Self.store(clientOrderID, at: 15, of: &bytes)
  }
}
