import Orders
import TestSupport

/// The venue's rules written down again in the plainest way: arrays, searched from end to end.
struct ReferenceVenue {
  struct Order {
    var client: Int
    var reference: UInt32
    var side: SideCode
    var capacity: CapacityCode
    var symbol: Symbol
    var price: Price
    var size: UInt32
    var executed: UInt32 = 0
    /// When it got its place in the queue.
    var turn: Int

    var leaves: UInt32 { size - executed }
    var isBuy: Bool { side == .buy }
  }

  let orderLimit: Int
  let symbolLimit: Int
  private(set) var resting: [Order] = []
  private var lastReferences: [Int: UInt32] = [:]
  /// Orders and matches so far, by the bucket of their symbol.
  private var orderCounts: [UInt64: UInt64] = [:]
  private var matchCounts: [UInt64: UInt64] = [:]
  private var turn = 0

  init(orders: Int, symbols: Int) {
    orderLimit = orders
    symbolLimit = symbols
  }

  /// The replies to a message; none when it is ignored.
  mutating func apply(_ message: InboundMessage, client: Int, at time: UInt64) -> [Reply] {
    switch message {
    case .enter(let order): enter(order, client, time)
    case .replace(let replace): self.replace(replace, client, time)
    case .cancel(let cancel): self.cancel(cancel, client, time)
    case .query:
      [Reply(client, .queryResponse(.init(nextReference: last(client) + 1, timestamp: time)))]
    }
  }

  private func last(_ client: Int) -> UInt32 { lastReferences[client] ?? 0 }

  private func reason(against order: EnterOrder) -> RejectReason? {
    if ![SideCode.buy, .sell, .sellShort, .sellShortExempt].contains(order.side) { return .side }
    if !(1...999_999).contains(order.quantity) { return .quantity }
    if order.price.tenThousandths == 0x7FFF_FFFF { return .marketOrder }
    if !(1...1_999_999_900).contains(order.price.tenThousandths) { return .price }
    if ![TimeInForce.day, .immediateOrCancel].contains(order.timeInForce) { return .other }
    if order.display != .visible { return .display }
    if ![CapacityCode.agency, .principal, .risklessPrincipal, .other].contains(order.capacity) {
      return .other
    }
    if order.intermarketSweep != .none { return .intermarketSweep }
    if order.cross != .none { return .cross }
    if order.timeInForce == .day && resting.count == orderLimit { return .processingError }
    if !order.symbol.isValid { return .symbol }
    let symbols = Set(resting.map(\.symbol.rawValue))
    let isNew = !symbols.contains(order.symbol.rawValue)
    if order.timeInForce == .day && isNew && symbols.count == symbolLimit { return .processingError }
    return nil
  }

  private mutating func enter(_ order: EnterOrder, _ client: Int, _ time: UInt64) -> [Reply] {
    guard order.userReference > last(client) else { return [] }
    if let reason = reason(against: order) {
      lastReferences[client] = order.userReference
      let rejected = OrderRejected(
        userReference: order.userReference, reason: reason, clientOrderID: order.clientOrderID,
        timestamp: time)
      return [Reply(client, .rejected(rejected))]
    }
    lastReferences[client] = order.userReference
    let incoming = Order(
      client: client, reference: order.userReference, side: order.side, capacity: order.capacity,
      symbol: order.symbol, price: order.price, size: order.quantity, turn: takeTurn())
    let isDead = order.timeInForce == .immediateOrCancel && bestMatch(for: incoming) == nil
    let accepted = OrderAccepted(
      order, orderReference: Self.number(order.symbol, &orderCounts), life: isDead ? .dead : .live,
      timestamp: time)
    return [Reply(client, .accepted(accepted))] + settle(incoming, order.timeInForce, time)
  }

  private mutating func replace(_ replace: ReplaceOrder, _ client: Int, _ time: UInt64) -> [Reply] {
    guard replace.userReference > last(client) else { return [] }
    guard let index = find(client, replace.originalReference) else { return [] }
    let original = resting.remove(at: index)
    let isPossible =
      (1...999_999).contains(replace.quantity) && (1...1_999_999_900).contains(replace.price.tenThousandths)
      && [TimeInForce.day, .immediateOrCancel].contains(replace.timeInForce) && replace.display == .visible
      && replace.intermarketSweep == .none
    guard isPossible else {
      return [Reply(client, .canceled(canceled(original.reference, original.leaves, .user, time)))]
    }
    lastReferences[client] = replace.userReference
    var incoming = original
    incoming.reference = replace.userReference
    incoming.price = replace.price
    incoming.size = max(replace.quantity, original.executed)
    incoming.turn = takeTurn()
    let finds = incoming.leaves > 0 && bestMatch(for: incoming) != nil
    let isDead = incoming.leaves == 0 || replace.timeInForce == .immediateOrCancel && !finds
    let replaced = OrderReplaced(
      replace, side: incoming.side, quantity: incoming.leaves, symbol: incoming.symbol,
      capacity: incoming.capacity, orderReference: Self.number(incoming.symbol, &orderCounts),
      life: isDead ? .dead : .live, timestamp: time)
    return [Reply(client, .replaced(replaced))] + settle(incoming, replace.timeInForce, time)
  }

  private mutating func cancel(_ cancel: CancelOrder, _ client: Int, _ time: UInt64) -> [Reply] {
    guard let index = find(client, cancel.userReference) else { return [] }
    let order = resting[index]
    guard cancel.quantity < order.size else { return [] }
    let decrement: UInt32
    if cancel.quantity > order.executed {
      decrement = order.size - cancel.quantity
      resting[index].size = cancel.quantity
    } else {
      decrement = order.leaves
      resting.remove(at: index)
    }
    return [Reply(client, .canceled(canceled(order.reference, decrement, .user, time)))]
  }

  /// Trades an order, then lets it rest or ends it.
  private mutating func settle(_ order: Order, _ timeInForce: TimeInForce, _ time: UInt64) -> [Reply] {
    var order = order
    var replies: [Reply] = []
    while order.leaves > 0, let index = bestMatch(for: order) {
      let other = resting[index]
      let quantity = min(order.leaves, other.leaves)
      let match = Self.number(order.symbol, &matchCounts)
      for (side, liquidity) in [(other, LiquidityCode.added), (order, .removed)] {
        let executed = OrderExecuted(
          userReference: side.reference, quantity: quantity, price: other.price, liquidity: liquidity,
          matchNumber: match, timestamp: time)
        replies.append(Reply(side.client, .executed(executed)))
      }
      order.executed += quantity
      resting[index].executed += quantity
      if resting[index].leaves == 0 { resting.remove(at: index) }
    }
    guard order.leaves > 0 else { return replies }
    if timeInForce == .day {
      resting.append(order)
    } else if !replies.isEmpty {
      replies.append(
        Reply(order.client, .canceled(canceled(order.reference, order.leaves, .immediateOrCancel, time))))
    }
    return replies
  }

  /// Where the order lies that an incoming one trades with next.
  private func bestMatch(for order: Order) -> Int? {
    resting.indices
      .filter { index in
        let other = resting[index]
        guard other.symbol == order.symbol, other.isBuy != order.isBuy else { return false }
        return order.isBuy ? other.price <= order.price : other.price >= order.price
      }
      .min { left, right in
        let (left, right) = (resting[left], resting[right])
        if left.price != right.price {
          return order.isBuy ? left.price < right.price : left.price > right.price
        }
        return left.turn < right.turn
      }
  }

  private func find(_ client: Int, _ reference: UInt32) -> Int? {
    resting.firstIndex { $0.client == client && $0.reference == reference }
  }

  private func canceled(
    _ reference: UInt32, _ decrement: UInt32, _ reason: CancelReason, _ time: UInt64
  ) -> OrderCanceled {
    OrderCanceled(userReference: reference, decrement: decrement, reason: reason, timestamp: time)
  }

  private mutating func takeTurn() -> Int {
    turn += 1
    return turn
  }

  /// The number of the next order or match of the symbol's bucket.
  private static func number(_ symbol: Symbol, _ counts: inout [UInt64: UInt64]) -> UInt64 {
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: symbol.rawValue >> (8 * $0)) }
    let bucket = OuchBytes.bucket(of: bytes[...])
    counts[bucket, default: 0] += 1
    return OuchBytes.number(counts[bucket]!, of: bytes[...])
  }
}
