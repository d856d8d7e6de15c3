import Orders

/// Which orders a load consists of.
struct LoadFlow {
  let mix: LoadMix
  let symbolCount: Int
  /// Live orders each client keeps, with the resting mix.
  let liveOrderCount: Int

  private static let quantity: UInt32 = 100
  private static let middle: UInt64 = 100_0000
  private static let tick: UInt64 = 100
  private static let levelCount: UInt64 = 50

  /// The new order with number `reference` of the client with this index.
  func order(_ reference: UInt32, client index: Int) -> EnterOrder {
    switch mix {
    case .resting: restingOrder(reference, index)
    case .crossing: crossingOrder(reference, index)
    }
  }

  /// Buys below the middle and sells above it, on 50 levels each: nothing trades.
  private func restingOrder(_ reference: UInt32, _ index: Int) -> EnterOrder {
    let distance = (1 + UInt64(reference) % Self.levelCount) * Self.tick
    let buys = reference % 2 == 0
    let price = Price(tenThousandths: buys ? Self.middle - distance : Self.middle + distance)
    return enter(reference, side: buys ? .buy : .sell, symbol: Int(reference) + index, price)
  }

  /// A sell that rests, then a buy that takes it, in the client's own symbols as far as there are enough.
  private func crossingOrder(_ reference: UInt32, _ index: Int) -> EnterOrder {
    let price = Price(tenThousandths: Self.middle)
    return enter(
      reference, side: reference % 2 == 1 ? .sell : .buy, symbol: Int(reference - 1) / 2 + index, price)
  }

  private func enter(_ reference: UInt32, side: SideCode, symbol: Int, _ price: Price) -> EnterOrder {
    let symbolText = "S" + String(symbol % symbolCount).leftPadding(to: 5)
    return EnterOrder(
      userReference: reference, side: side, quantity: Self.quantity, symbol: Symbol(text: symbolText.utf8)!,
      price: price, clientOrderID: ClientOrderID(text: "load".utf8)!)
  }
}
