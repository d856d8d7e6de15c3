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
    Self.store(Self.type, at: 0, of: &bytes)
    Self.store(timestamp, at: 1, of: &bytes)
    Self.store(originalReference, at: 9, of: &bytes)
    Self.store(userReference, at: 13, of: &bytes)
    Self.store(side.rawValue, at: 17, of: &bytes)
    Self.store(quantity, at: 18, of: &bytes)
    Self.store(symbol, at: 22, of: &bytes)
    Self.store(price.tenThousandths, at: 30, of: &bytes)
    Self.store(timeInForce.rawValue, at: 38, of: &bytes)
    Self.store(display.rawValue, at: 39, of: &bytes)
    Self.store(orderReference, at: 40, of: &bytes)
    Self.store(capacity.rawValue, at: 48, of: &bytes)
    Self.store(intermarketSweep.rawValue, at: 49, of: &bytes)
    Self.store(cross.rawValue, at: 50, of: &bytes)
    Self.store(life.rawValue, at: 51, of: &bytes)
    Self.store(clientOrderID, at: 52, of: &bytes)
    Self.store(UInt16(0), at: 66, of: &bytes)
  }
}
