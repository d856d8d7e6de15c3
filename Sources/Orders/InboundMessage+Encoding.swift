import Wire

// What a client does: the host command and the tests encode with these; the image does not carry them.

extension EnterOrder: EncodableMessage {
  public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    Self.store(Self.type, at: 0, of: &bytes)
    Self.store(userReference, at: 1, of: &bytes)
    Self.store(side.rawValue, at: 5, of: &bytes)
    Self.store(quantity, at: 6, of: &bytes)
    Self.store(symbol, at: 10, of: &bytes)
    Self.store(price.tenThousandths, at: 18, of: &bytes)
    Self.store(timeInForce.rawValue, at: 26, of: &bytes)
    Self.store(display.rawValue, at: 27, of: &bytes)
    Self.store(capacity.rawValue, at: 28, of: &bytes)
    Self.store(intermarketSweep.rawValue, at: 29, of: &bytes)
    Self.store(cross.rawValue, at: 30, of: &bytes)
    Self.store(clientOrderID, at: 31, of: &bytes)
    Self.store(UInt16(0), at: 45, of: &bytes)
  }
}

extension ReplaceOrder: EncodableMessage {
  public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    Self.store(Self.type, at: 0, of: &bytes)
    Self.store(originalReference, at: 1, of: &bytes)
    Self.store(userReference, at: 5, of: &bytes)
    Self.store(quantity, at: 9, of: &bytes)
    Self.store(price.tenThousandths, at: 13, of: &bytes)
    Self.store(timeInForce.rawValue, at: 21, of: &bytes)
    Self.store(display.rawValue, at: 22, of: &bytes)
    Self.store(intermarketSweep.rawValue, at: 23, of: &bytes)
    Self.store(clientOrderID, at: 24, of: &bytes)
    Self.store(UInt16(0), at: 38, of: &bytes)
  }
}

extension CancelOrder: EncodableMessage {
  public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    Self.store(Self.type, at: 0, of: &bytes)
    Self.store(userReference, at: 1, of: &bytes)
    Self.store(quantity, at: 5, of: &bytes)
  }
}

extension AccountQuery: EncodableMessage {
  public func encode(into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= Self.byteCount)
    Self.store(Self.type, at: 0, of: &bytes)
  }
}
