import Wire

// Each reads the fixed part of a message whose length was checked.

extension OrderAccepted {
  init(checked bytes: RawSpan) {
    timestamp = bytes.bigEndian(at: 1)
    userReference = bytes.bigEndian(at: 9)
    side = SideCode(rawValue: bytes.byte(at: 13))
    quantity = bytes.bigEndian(at: 14)
    symbol = Symbol(rawValue: bytes.littleEndian(at: 18))
    price = Price(tenThousandths: bytes.bigEndian(at: 26))
    timeInForce = TimeInForce(rawValue: bytes.byte(at: 34))
    display = DisplayCode(rawValue: bytes.byte(at: 35))
    orderReference = bytes.bigEndian(at: 36)
    capacity = CapacityCode(rawValue: bytes.byte(at: 44))
    intermarketSweep = SweepCode(rawValue: bytes.byte(at: 45))
    cross = CrossCode(rawValue: bytes.byte(at: 46))
    life = LifeCode(rawValue: bytes.byte(at: 47))
    clientOrderID = ClientOrderID(bytes, at: 48)
  }
}

extension OrderReplaced {
  init(checked bytes: RawSpan) {
    timestamp = bytes.bigEndian(at: 1)
    originalReference = bytes.bigEndian(at: 9)
    userReference = bytes.bigEndian(at: 13)
    side = SideCode(rawValue: bytes.byte(at: 17))
    quantity = bytes.bigEndian(at: 18)
    symbol = Symbol(rawValue: bytes.littleEndian(at: 22))
    price = Price(tenThousandths: bytes.bigEndian(at: 30))
    timeInForce = TimeInForce(rawValue: bytes.byte(at: 38))
    display = DisplayCode(rawValue: bytes.byte(at: 39))
    orderReference = bytes.bigEndian(at: 40)
    capacity = CapacityCode(rawValue: bytes.byte(at: 48))
    intermarketSweep = SweepCode(rawValue: bytes.byte(at: 49))
    cross = CrossCode(rawValue: bytes.byte(at: 50))
    life = LifeCode(rawValue: bytes.byte(at: 51))
    clientOrderID = ClientOrderID(bytes, at: 52)
  }
}

extension OrderCanceled {
  init(checked bytes: RawSpan) {
    timestamp = bytes.bigEndian(at: 1)
    userReference = bytes.bigEndian(at: 9)
    decrement = bytes.bigEndian(at: 13)
    reason = CancelReason(rawValue: bytes.byte(at: 17))
  }
}

extension OrderExecuted {
  init(checked bytes: RawSpan) {
    timestamp = bytes.bigEndian(at: 1)
    userReference = bytes.bigEndian(at: 9)
    quantity = bytes.bigEndian(at: 13)
    price = Price(tenThousandths: bytes.bigEndian(at: 17))
    liquidity = LiquidityCode(rawValue: bytes.byte(at: 25))
    matchNumber = bytes.bigEndian(at: 26)
  }
}

extension OrderRejected {
  init(checked bytes: RawSpan) {
    timestamp = bytes.bigEndian(at: 1)
    userReference = bytes.bigEndian(at: 9)
    reason = RejectReason(rawValue: bytes.bigEndian(at: 13))
    clientOrderID = ClientOrderID(bytes, at: 15)
  }
}

extension AccountQueryResponse {
  init(checked bytes: RawSpan) {
    timestamp = bytes.bigEndian(at: 1)
    nextReference = bytes.bigEndian(at: 9)
  }
}
