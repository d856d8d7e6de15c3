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
    Self.store(Self.type, at: 0, of: &bytes)
    Self.store(timestamp, at: 1, of: &bytes)
    Self.store(userReference, at: 9, of: &bytes)
    Self.store(side.rawValue, at: 13, of: &bytes)
    Self.store(quantity, at: 14, of: &bytes)
    Self.store(symbol, at: 18, of: &bytes)
    Self.store(price.tenThousandths, at: 26, of: &bytes)
    Self.store(timeInForce.rawValue, at: 34, of: &bytes)
    Self.store(display.rawValue, at: 35, of: &bytes)
    Self.store(orderReference, at: 36, of: &bytes)
    Self.store(capacity.rawValue, at: 44, of: &bytes)
    Self.store(intermarketSweep.rawValue, at: 45, of: &bytes)
    Self.store(cross.rawValue, at: 46, of: &bytes)
    Self.store(life.rawValue, at: 47, of: &bytes)
    Self.store(clientOrderID, at: 48, of: &bytes)
    Self.store(UInt16(0), at: 62, of: &bytes)
  }
}
