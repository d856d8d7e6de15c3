import Wire

/// A client's new order (OUCH 5.0, 2.1), as read from the wire: any of its values may still be unacceptable.
public struct EnterOrder: Equatable, Sendable, BitwiseCopyable {
  /// The message type byte, `O`.
  public static var type: UInt8 { UInt8(ascii: "O") }
  /// The length up to and with the appendage length.
  public static var byteCount: Int { 47 }
  package static var referenceOffset: Int { 1 }
  package static var symbolOffset: Int { 10 }

  /// The client's number for the order; increases from message to message.
  public var userReference: UInt32
  public var side: SideCode
  /// Shares.
  public var quantity: UInt32
  public var symbol: Symbol
  public var price: Price
  public var timeInForce: TimeInForce
  public var display: DisplayCode
  public var capacity: CapacityCode
  public var intermarketSweep: SweepCode
  public var cross: CrossCode
  public var clientOrderID: ClientOrderID

  public init(
    userReference: UInt32, side: SideCode, quantity: UInt32, symbol: Symbol, price: Price,
    timeInForce: TimeInForce = .day, display: DisplayCode = .visible, capacity: CapacityCode = .agency,
    intermarketSweep: SweepCode = .none, cross: CrossCode = .none, clientOrderID: ClientOrderID
  ) {
    self.userReference = userReference
    self.side = side
    self.quantity = quantity
    self.symbol = symbol
    self.price = price
    self.timeInForce = timeInForce
    self.display = display
    self.capacity = capacity
    self.intermarketSweep = intermarketSweep
    self.cross = cross
    self.clientOrderID = clientOrderID
  }

  /// Reads the fixed part of a message that `InboundKind` has checked. Traps when the bytes are too few.
  @inline(__always) init(_ bytes: RawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    userReference = bytes.bigEndian(at: 1)
    side = SideCode(rawValue: bytes.byte(at: 5))
    quantity = bytes.bigEndian(at: 6)
    symbol = Symbol(rawValue: bytes.littleEndian(at: 10))
    price = Price(tenThousandths: bytes.bigEndian(at: 18))
    timeInForce = TimeInForce(rawValue: bytes.byte(at: 26))
    display = DisplayCode(rawValue: bytes.byte(at: 27))
    capacity = CapacityCode(rawValue: bytes.byte(at: 28))
    intermarketSweep = SweepCode(rawValue: bytes.byte(at: 29))
    cross = CrossCode(rawValue: bytes.byte(at: 30))
    clientOrderID = ClientOrderID(bytes, at: 31)
  }
}
