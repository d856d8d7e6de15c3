import Wire

/// A client's request to put an order with new terms in the place of a live one (OUCH 5.0, 2.2).
public struct ReplaceOrder: Equatable, Sendable, BitwiseCopyable {
  /// The message type byte, `U`.
  public static var type: UInt8 { UInt8(ascii: "U") }
  /// The length up to and with the appendage length.
  public static var byteCount: Int { 40 }
  package static var originalReferenceOffset: Int { 1 }
  package static var referenceOffset: Int { 5 }

  /// The live order.
  public var originalReference: UInt32
  /// The number of the order that takes its place; greater than all the client has used.
  public var userReference: UInt32
  /// The total of shares the client is willing to trade over the whole chain, those already executed included.
  public var quantity: UInt32
  public var price: Price
  public var timeInForce: TimeInForce
  public var display: DisplayCode
  public var intermarketSweep: SweepCode
  public var clientOrderID: ClientOrderID

  public init(
    originalReference: UInt32, userReference: UInt32, quantity: UInt32, price: Price,
    timeInForce: TimeInForce = .day, display: DisplayCode = .visible, intermarketSweep: SweepCode = .none,
    clientOrderID: ClientOrderID
  ) {
    self.originalReference = originalReference
    self.userReference = userReference
    self.quantity = quantity
    self.price = price
    self.timeInForce = timeInForce
    self.display = display
    self.intermarketSweep = intermarketSweep
    self.clientOrderID = clientOrderID
  }

  /// Reads the fixed part of a message that `InboundKind` has checked. Traps when the bytes are too few.
  @inline(__always) init(_ bytes: RawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    originalReference = bytes.bigEndian(at: 1)
    userReference = bytes.bigEndian(at: 5)
    quantity = bytes.bigEndian(at: 9)
    price = Price(tenThousandths: bytes.bigEndian(at: 13))
    timeInForce = TimeInForce(rawValue: bytes.byte(at: 21))
    display = DisplayCode(rawValue: bytes.byte(at: 22))
    intermarketSweep = SweepCode(rawValue: bytes.byte(at: 23))
    clientOrderID = ClientOrderID(bytes, at: 24)
  }
}
