import Wire

/// An order took another's place (OUCH 5.0, 3.3).
public struct OrderReplaced: OutboundMessage, Equatable, Sendable, BitwiseCopyable {
  /// The message type byte, `U`.
  public static var type: UInt8 { UInt8(ascii: "U") }
  public static var byteCount: Int { 68 }

  /// Nanoseconds since midnight.
  public var timestamp: UInt64
  public var originalReference: UInt32
  public var userReference: UInt32
  public var side: SideCode
  /// Shares left exposed: the new total less what the chain has executed.
  public var quantity: UInt32
  public var symbol: Symbol
  public var price: Price
  public var timeInForce: TimeInForce
  public var display: DisplayCode
  /// The venue's number for the new order.
  public var orderReference: UInt64
  public var capacity: CapacityCode
  public var intermarketSweep: SweepCode
  public var cross: CrossCode
  public var life: LifeCode
  public var clientOrderID: ClientOrderID

  /// Answers `replace`; what it does not carry comes from the order it replaces.
  @inline(__always)
  public init(
    _ replace: ReplaceOrder, side: SideCode, quantity: UInt32, symbol: Symbol, capacity: CapacityCode,
    orderReference: UInt64, life: LifeCode, timestamp: UInt64
  ) {
    self.timestamp = timestamp
    originalReference = replace.originalReference
    userReference = replace.userReference
    self.side = side
    self.quantity = quantity
    self.symbol = symbol
    price = replace.price
    timeInForce = replace.timeInForce
    display = replace.display
    self.orderReference = orderReference
    self.capacity = capacity
    intermarketSweep = replace.intermarketSweep
    cross = .none
    self.life = life
    clientOrderID = replace.clientOrderID
  }

  @inline(__always) public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    bytes.storeBigEndian(Self.type, at: 0)
    bytes.storeBigEndian(timestamp, at: 1)
    bytes.storeBigEndian(originalReference, at: 9)
    bytes.storeBigEndian(userReference, at: 13)
    bytes.storeBigEndian(side.rawValue, at: 17)
    bytes.storeBigEndian(quantity, at: 18)
    bytes.storeBigEndian(symbol.rawValue, at: 22)
    bytes.storeBigEndian(price.tenThousandths, at: 30)
    bytes.storeBigEndian(timeInForce.rawValue, at: 38)
    bytes.storeBigEndian(display.rawValue, at: 39)
    bytes.storeBigEndian(orderReference, at: 40)
    bytes.storeBigEndian(capacity.rawValue, at: 48)
    bytes.storeBigEndian(intermarketSweep.rawValue, at: 49)
    bytes.storeBigEndian(cross.rawValue, at: 50)
    bytes.storeBigEndian(life.rawValue, at: 51)
    clientOrderID.store(into: &bytes, at: 52)
    bytes.storeBigEndian(UInt16(0), at: 66)
  }
}
