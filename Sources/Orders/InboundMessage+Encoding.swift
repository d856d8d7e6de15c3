import Wire

// What a client does: the host command and the tests encode with these; the image does not carry them.

extension EnterOrder: EncodableMessage {
  public func encode(into bytes: inout MutableRawSpan) {
    bytes.storeBigEndian(Self.type, at: 0)
    bytes.storeBigEndian(userReference, at: 1)
    bytes.storeBigEndian(side.rawValue, at: 5)
    bytes.storeBigEndian(quantity, at: 6)
    bytes.storeBigEndian(symbol.rawValue, at: 10)
    bytes.storeBigEndian(price.tenThousandths, at: 18)
    bytes.storeBigEndian(timeInForce.rawValue, at: 26)
    bytes.storeBigEndian(display.rawValue, at: 27)
    bytes.storeBigEndian(capacity.rawValue, at: 28)
    bytes.storeBigEndian(intermarketSweep.rawValue, at: 29)
    bytes.storeBigEndian(cross.rawValue, at: 30)
    clientOrderID.store(into: &bytes, at: 31)
    bytes.storeBigEndian(UInt16(0), at: 45)
  }
}

extension ReplaceOrder: EncodableMessage {
  public func encode(into bytes: inout MutableRawSpan) {
    bytes.storeBigEndian(Self.type, at: 0)
    bytes.storeBigEndian(originalReference, at: 1)
    bytes.storeBigEndian(userReference, at: 5)
    bytes.storeBigEndian(quantity, at: 9)
    bytes.storeBigEndian(price.tenThousandths, at: 13)
    bytes.storeBigEndian(timeInForce.rawValue, at: 21)
    bytes.storeBigEndian(display.rawValue, at: 22)
    bytes.storeBigEndian(intermarketSweep.rawValue, at: 23)
    clientOrderID.store(into: &bytes, at: 24)
    bytes.storeBigEndian(UInt16(0), at: 38)
  }
}

extension CancelOrder: EncodableMessage {
  public func encode(into bytes: inout MutableRawSpan) {
    bytes.storeBigEndian(Self.type, at: 0)
    bytes.storeBigEndian(userReference, at: 1)
    bytes.storeBigEndian(quantity, at: 5)
  }
}

extension AccountQuery: EncodableMessage {
  public func encode(into bytes: inout MutableRawSpan) {
    bytes.storeBigEndian(Self.type, at: 0)
  }
}
