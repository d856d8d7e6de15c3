import Wire

/// An order was reduced, or taken out of the book (OUCH 5.0, 3.4).
public struct OrderCanceled: OutboundMessage, Equatable, Sendable, BitwiseCopyable {
  /// The message type byte, `C`.
  public static var type: UInt8 { UInt8(ascii: "C") }
  public static var byteCount: Int { 18 }

  /// Nanoseconds since midnight.
  public var timestamp: UInt64
  public var userReference: UInt32
  /// Shares by which the order is smaller now.
  public var decrement: UInt32
  public var reason: CancelReason

  @inline(__always)
  public init(userReference: UInt32, decrement: UInt32, reason: CancelReason, timestamp: UInt64) {
    self.timestamp = timestamp
    self.userReference = userReference
    self.decrement = decrement
    self.reason = reason
  }

  @inline(__always) public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    Self.store(Self.type, at: 0, of: &bytes)
    Self.store(timestamp, at: 1, of: &bytes)
    Self.store(userReference, at: 9, of: &bytes)
    Self.store(decrement, at: 13, of: &bytes)
    Self.store(reason.rawValue, at: 17, of: &bytes)
  }
}
