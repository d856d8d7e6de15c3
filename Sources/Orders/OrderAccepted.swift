import Wire

/// A new order was accepted (OUCH 5.0, 3.2).
public struct OrderAccepted: OutboundMessage, Equatable, Sendable, BitwiseCopyable {
  /// The message type byte, `A`.
  public static var type: UInt8 { UInt8(ascii: "A") }
  public static var byteCount: Int { 64 }

  /// Nanoseconds since midnight.
  public var timestamp: UInt64
  public var userReference: UInt32
  public var side: SideCode
  /// Shares.
  public var quantity: UInt32
  public var symbol: Symbol
  public var price: Price
  public var timeInForce: TimeInForce
  public var display: DisplayCode
  /// The venue's number for the order.
  public var orderReference: UInt64
  public var capacity: CapacityCode
  public var intermarketSweep: SweepCode
  public var cross: CrossCode
  public var life: LifeCode
  public var clientOrderID: ClientOrderID

  /// Accepts `order` as it was entered.
  @inline(__always)
  public init(_ order: EnterOrder, orderReference: UInt64, life: LifeCode, timestamp: UInt64) {
    self.timestamp = timestamp
    userReference = order.userReference
    side = order.side
    quantity = order.quantity
    symbol = order.symbol
    price = order.price
    timeInForce = order.timeInForce
    display = order.display
    self.orderReference = orderReference
    capacity = order.capacity
    intermarketSweep = order.intermarketSweep
    cross = order.cross
    self.life = life
    clientOrderID = order.clientOrderID
  }

  @inline(__always) public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    bytes.storeBigEndian(Self.type, at: 0)
    bytes.storeBigEndian(timestamp, at: 1)
    bytes.storeBigEndian(userReference, at: 9)
    bytes.storeBigEndian(side.rawValue, at: 13)
    bytes.storeBigEndian(quantity, at: 14)
    bytes.storeBigEndian(symbol.rawValue, at: 18)
    bytes.storeBigEndian(price.tenThousandths, at: 26)
    bytes.storeBigEndian(timeInForce.rawValue, at: 34)
    bytes.storeBigEndian(display.rawValue, at: 35)
    bytes.storeBigEndian(orderReference, at: 36)
    bytes.storeBigEndian(capacity.rawValue, at: 44)
    bytes.storeBigEndian(intermarketSweep.rawValue, at: 45)
    bytes.storeBigEndian(cross.rawValue, at: 46)
    bytes.storeBigEndian(life.rawValue, at: 47)
    clientOrderID.store(into: &bytes, at: 48)
    bytes.storeBigEndian(UInt16(0), at: 62)
  }
}
