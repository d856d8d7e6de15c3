import Orders
import TestSupport

/// Orders of several clients that meet often: few prices, few symbols, small sizes.
struct RandomFlow {
  var random: SeededRandom
  var clients = 4
  var symbols = 3
  /// Out of 100 messages, how many have something wrong with them.
  var faults = 5
  /// Ten-thousandths; all prices lie in between.
  var prices: ClosedRange<UInt64> = 10_000...10_007
  private var lastReferences: [Int: UInt32] = [:]

  init(seed: UInt64? = nil) { random = SeededRandom(seed: seed) }

  mutating func next() -> (client: Int, message: InboundMessage) {
    let client = Int.random(in: 0..<clients, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<50: return (client, .enter(order(client)))
    case 50..<70: return (client, .replace(replacement(client)))
    case 70..<99: return (client, .cancel(cancel(client)))
    default: return (client, .query(AccountQuery()))
    }
  }

  private mutating func isFaulty() -> Bool { Int.random(in: 0..<100, using: &random) < faults }

  /// A new reference with gaps, or now and then a used one.
  private mutating func reference(_ client: Int) -> UInt32 {
    let last = lastReferences[client] ?? 0
    if isFaulty() { return UInt32.random(in: 0...last, using: &random) }
    let next = last + (isFaulty() ? 3 : 1)
    lastReferences[client] = next
    return next
  }

  /// A reference of the client's last ones.
  private mutating func used(_ client: Int) -> UInt32 {
    let last = lastReferences[client] ?? 0
    return last - UInt32.random(in: 0...min(last, 15), using: &random)
  }

  private mutating func size() -> UInt32 {
    isFaulty()
      ? [0, 1_000_000, .max, 999_999].randomElement(using: &random)! : .random(in: 1...9, using: &random)
  }

  private mutating func price() -> Price {
    isFaulty()
      ? Price([0, 0x7FFF_FFFF, 1_999_999_901, .max, 1, 1_999_999_900].randomElement(using: &random)!)
      : Price(UInt64.random(in: prices, using: &random))
  }

  private mutating func timeInForce() -> TimeInForce {
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<4: .immediateOrCancel
    case 4 where isFaulty(): TimeInForce(rawValue: UInt8(ascii: "5"))
    default: .day
    }
  }

  private mutating func order(_ client: Int) -> EnterOrder {
    let reference = reference(client)
    var order = EnterOrder(
      userReference: reference,
      side: [.buy, .sell, .sellShort, .sellShortExempt].randomElement(using: &random)!,
      quantity: size(), symbol: Symbol("SYM\(Int.random(in: 0..<symbols, using: &random))"), price: price(),
      timeInForce: timeInForce(), capacity: [.agency, .principal].randomElement(using: &random)!,
      clientOrderID: ClientOrderID("c\(client) \(reference)"))
    if Bool.random(using: &random), order.side != .buy { order.side = .buy }
    if isFaulty() { spoil(&order) }
    return order
  }

  private mutating func spoil(_ order: inout EnterOrder) {
    let byte = UInt8(ascii: "?")
    switch Int.random(in: 0..<6, using: &random) {
    case 0: order.side = SideCode(rawValue: byte)
    case 1: order.display = DisplayCode(rawValue: byte)
    case 2: order.capacity = CapacityCode(rawValue: byte)
    case 3: order.intermarketSweep = SweepCode(rawValue: byte)
    case 4: order.cross = CrossCode(rawValue: byte)
    default: order.symbol = Symbol(" SPACE")
    }
  }

  private mutating func replacement(_ client: Int) -> ReplaceOrder {
    let original = used(client)
    let reference = reference(client)
    var replace = ReplaceOrder(
      originalReference: original, userReference: reference, quantity: size(), price: price(),
      timeInForce: timeInForce(), clientOrderID: ClientOrderID("c\(client) \(reference)"))
    if isFaulty() { replace.display = DisplayCode(rawValue: UInt8(ascii: "N")) }
    if isFaulty() { replace.intermarketSweep = SweepCode(rawValue: UInt8(ascii: "Y")) }
    return replace
  }

  private mutating func cancel(_ client: Int) -> CancelOrder {
    let quantity = Bool.random(using: &random) ? 0 : UInt32.random(in: 0...10, using: &random)
    return CancelOrder(userReference: used(client), quantity: quantity)
  }
}

extension InboundMessage {
  /// The bytes on the wire.
  var bytes: [UInt8] {
    switch self {
    case .enter(let message): encoded(message)
    case .replace(let message): encoded(message)
    case .cancel(let message): encoded(message)
    case .query(let message): encoded(message)
    }
  }
}
