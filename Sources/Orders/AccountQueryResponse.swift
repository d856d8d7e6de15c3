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

  /// The answer to a client whose greatest reference number so far is `lastReference`.
  @inline(__always) public init(lastReference: UInt32, timestamp: UInt64) {
    let next = lastReference.addingReportingOverflow(1)
    self.init(nextReference: next.overflow ? .max : next.partialValue, timestamp: timestamp)
  }

  @inline(__always) public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    Self.store(Self.type, at: 0, of: &bytes)
    Self.store(timestamp, at: 1, of: &bytes)
    Self.store(nextReference, at: 9, of: &bytes)
  }
}
