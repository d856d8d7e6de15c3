import Wire

/// Shares of an order were traded (OUCH 5.0, message `E`).
public struct OrderExecuted: OutboundMessage, Equatable, Sendable, BitwiseCopyable {
  /// The message type byte, `E`.
  public static var type: UInt8 { UInt8(ascii: "E") }
  public static var byteCount: Int { 36 }

  /// Nanoseconds since midnight.
  public var timestamp: UInt64
  public var userReference: UInt32
  /// Shares traded now.
  public var quantity: UInt32
  /// The price of the trade, which is that of the order that rested.
  public var price: Price
  public var liquidity: LiquidityCode
  /// The venue's number for the trade, the same for both orders.
  public var matchNumber: UInt64

  @inline(__always)
  public init(
    userReference: UInt32, quantity: UInt32, price: Price, liquidity: LiquidityCode, matchNumber: UInt64,
    timestamp: UInt64
  ) {
    self.timestamp = timestamp
    self.userReference = userReference
    self.quantity = quantity
    self.price = price
    self.liquidity = liquidity
    self.matchNumber = matchNumber
  }

  @inline(__always) public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    Self.store(Self.type, at: 0, of: &bytes)
    Self.store(timestamp, at: 1, of: &bytes)
    Self.store(userReference, at: 9, of: &bytes)
    Self.store(quantity, at: 13, of: &bytes)
    Self.store(price.tenThousandths, at: 17, of: &bytes)
    Self.store(liquidity.rawValue, at: 25, of: &bytes)
    Self.store(matchNumber, at: 26, of: &bytes)
    Self.store(UInt16(0), at: 34, of: &bytes)
  }
}
