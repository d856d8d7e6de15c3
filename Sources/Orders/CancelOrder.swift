import Wire

/// A client's request to cancel or reduce an order (OUCH 5.0, 2.3).
public struct CancelOrder: Equatable, Sendable, BitwiseCopyable {
  /// The message type byte, `X`.
  public static var type: UInt8 { UInt8(ascii: "X") }
  /// The length without an appendage; with one it is at least two bytes more.
  public static var byteCount: Int { 9 }
  package static var referenceOffset: Int { 1 }

  public var userReference: UInt32
  /// The total size the order shall have from now on, shares already executed included; 0 cancels all.
  public var quantity: UInt32

  public init(userReference: UInt32, quantity: UInt32 = 0) {
    self.userReference = userReference
    self.quantity = quantity
  }

  /// Reads the fixed part of a message that `InboundKind` has checked. Traps when the bytes are too few.
  @inline(__always) init(_ bytes: RawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    userReference = bytes.bigEndian(at: 1)
    quantity = bytes.bigEndian(at: 5)
  }
}

/// A client's question which reference number it may use next (OUCH 5.0, 2.8).
public struct AccountQuery: Equatable, Sendable, BitwiseCopyable {
  /// The message type byte, `Q`.
  public static var type: UInt8 { UInt8(ascii: "Q") }
  /// The length without an appendage; with one it is at least two bytes more.
  public static var byteCount: Int { 1 }

  public init() {}
}
