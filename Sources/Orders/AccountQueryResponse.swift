import Wire

/// The answer to an `AccountQuery` (OUCH 5.0, message `Q`).
public struct AccountQueryResponse: OutboundMessage, Equatable, Sendable, BitwiseCopyable {
  /// The message type byte, `Q`.
  public static var type: UInt8 { UInt8(ascii: "Q") }
  public static var byteCount: Int { 13 }

  /// Nanoseconds since midnight.
  public var timestamp: UInt64
  /// The lowest reference number the client may use now.
  public var nextReference: UInt32

  @inline(__always) public init(nextReference: UInt32, timestamp: UInt64) {
    self.timestamp = timestamp
    self.nextReference = nextReference
  }

  @inline(__always) public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    Self.store(Self.type, at: 0, of: &bytes)
    Self.store(timestamp, at: 1, of: &bytes)
    Self.store(nextReference, at: 9, of: &bytes)
  }
}
