import TestSupport

/// The venue as plainly as it can be written: arrays searched from end to end, messages as bytes. A second opinion
/// on what the order process does, written from the specification and not with the code under test.
public struct PlainVenue {
  public struct Order: Equatable {
    public let client: String
    public let reference: UInt32
    /// The Enter of the chain's first order.
    public let entered: [UInt8]
    public var size: UInt32
    public var executed: UInt32
    public let price: UInt64

    public var isBuy: Bool { entered[5] == UInt8(ascii: "B") }
    public var symbol: [UInt8] { [UInt8](entered[10..<18]) }
    var leaves: UInt32 { size - executed }
  }

  public struct Client: Equatable {
    public let name: String
    public var messages: [[UInt8]] = []
    var lastReference: UInt32 = 0
    var isRemembered = false
    let admission: Int
  }

  /// What became of a message.
  public enum Outcome: Equatable { case applied, ignored, noPlace, malformed }

  /// Live orders, the oldest first.
  public private(set) var orders: [Order] = []
  public private(set) var clients: [String: Client] = [:]
  private let orderLimit: Int
  /// Orders and matches so far, by the bucket of their symbol.
  private var orderCounts: [UInt64: UInt64] = [:]
  private var matchCounts: [UInt64: UInt64] = [:]
  private var admissions = 0
  private var time: UInt64 = 0

  public init(orderLimit: Int) { self.orderLimit = orderLimit }

  /// Applies one message of the client called `name`.
  public mutating func apply(_ message: [UInt8], of name: String, at time: UInt64) -> Outcome {
    self.time = time
    guard Self.isWellFormed(message) else { return .malformed }
    let kind = message[0]
    if clients[name] == nil {
      if kind == UInt8(ascii: "X") || kind == UInt8(ascii: "U") { return .ignored }
      if kind == UInt8(ascii: "O"), message.big(1) == UInt32(0) { return .ignored }
      guard admit(name) else { return .noPlace }
    }
    switch kind {
    case UInt8(ascii: "O"): return enter(message, name)
    case UInt8(ascii: "X"): return cancel(message, name)
    case UInt8(ascii: "U"): return replace(message, name)
    default:
      let next = clients[name]!.lastReference
      tell(name, OuchBytes.queryResponse(next: next == .max ? next : next + 1, at: time))
      return .applied
    }
  }

  /// Whether it is a message this venue knows, with a whole appendage if it has one.
  private static func isWellFormed(_ message: [UInt8]) -> Bool {
    let lengths: [UInt8: (least: Int, needsAppendage: Bool)] = [
      UInt8(ascii: "O"): (45, true), UInt8(ascii: "U"): (38, true), UInt8(ascii: "X"): (9, false),
      UInt8(ascii: "Q"): (1, false),
    ]
    guard let kind = message.first, let (least, needsAppendage) = lengths[kind] else { return false }
    if !needsAppendage, message.count == least { return true }
    guard message.count >= least + 2 else { return false }
    var tags = message[(least + 2)...]
    guard Int(message.big(least, as: UInt16.self)) == tags.count else { return false }
    while let count = tags.first {
      guard count > 0, tags.count > Int(count) else { return false }
      tags = tags.dropFirst(1 + Int(count))
    }
    return true
  }

  // MARK: - Clients

  private mutating func admit(_ name: String) -> Bool {
    if clients.count == 64 {
      guard let oldest = clients.values.filter({ !$0.isRemembered }).min(by: { $0.admission < $1.admission })
      else { return false }
      clients[oldest.name] = nil
    }
    admissions += 1
    clients[name] = Client(name: name, admission: admissions)
    return true
  }

  private mutating func tell(_ name: String, _ message: [UInt8]) { clients[name]!.messages.append(message) }

  // MARK: - Messages

  private mutating func enter(_ message: [UInt8], _ name: String) -> Outcome {
    let reference: UInt32 = message.big(1)
    guard reference > clients[name]!.lastReference else { return .ignored }
    clients[name]!.lastReference = reference
    let isDay = message[26] == UInt8(ascii: "0")
    if let reason = Self.fault(of: message) ?? (isDay && orders.count >= orderLimit ? 0x000A : nil) {
      tell(name, OuchBytes.rejected(reference, reason: reason, id: message[31..<45], at: time))
      return .applied
    }
    clients[name]!.isRemembered = true
    let order = Order(
      client: name, reference: reference, entered: message, size: message.big(6), executed: 0,
      price: message.big(18))
    let isDead = !isDay && counterpart(of: order) == nil
    let count = countOrder(of: order.symbol)
    tell(name, OuchBytes.accepted(message, order: count, state: isDead ? "D" : "L", at: time))
    if !isDead { work(order, isDay: isDay) }
    return .applied
  }

  private mutating func cancel(_ message: [UInt8], _ name: String) -> Outcome {
    let intended: UInt32 = message.big(5)
    guard let place = place(of: message.big(1), name), intended < orders[place].size else { return .ignored }
    let order = orders[place]
    let decrement = intended > order.executed ? order.size - intended : order.leaves
    if intended > order.executed { orders[place].size = intended } else { orders.remove(at: place) }
    tell(name, OuchBytes.canceled(order.reference, decrement: decrement, at: time))
    return .applied
  }

  private mutating func replace(_ message: [UInt8], _ name: String) -> Outcome {
    let (reference, size): (UInt32, UInt32) = (message.big(5), message.big(9))
    let price: UInt64 = message.big(13)
    guard reference > clients[name]!.lastReference, let place = place(of: message.big(1), name) else {
      return .ignored
    }
    let old = orders.remove(at: place)
    let isDay = message[21] == UInt8(ascii: "0")
    let isPossible =
      size > 0 && size < 1_000_000 && Self.isPossible(price: price)
      && (isDay || message[21] == UInt8(ascii: "3"))
      && message[22] == UInt8(ascii: "Y") && message[23] == UInt8(ascii: "N")
    guard isPossible else {
      tell(name, OuchBytes.canceled(old.reference, decrement: old.leaves, at: time))
      return .applied
    }
    clients[name]!.lastReference = reference
    let order = Order(
      client: name, reference: reference, entered: old.entered, size: max(size, old.executed),
      executed: old.executed, price: price)
    let isDead = order.leaves == 0 || !isDay && counterpart(of: order) == nil
    let count = countOrder(of: order.symbol)
    tell(
      name,
      OuchBytes.replaced(
        message, entered: old.entered, exposed: order.leaves, order: count, state: isDead ? "D" : "L",
        at: time))
    if !isDead { work(order, isDay: isDay) }
    return .applied
  }

  private mutating func countOrder(of symbol: [UInt8]) -> UInt64 {
    orderCounts[OuchBytes.bucket(of: symbol[...]), default: 0] += 1
    return orderCounts[OuchBytes.bucket(of: symbol[...])]!
  }

  // MARK: - The book

  private func place(of reference: UInt32, _ name: String) -> Int? {
    orders.firstIndex { $0.client == name && $0.reference == reference }
  }

  /// The resting order that `order` trades with next: the best price, and of that the oldest.
  private func counterpart(of order: Order) -> Int? {
    var best: Int?
    for (index, other) in orders.enumerated()
    where other.isBuy != order.isBuy && other.symbol == order.symbol
      && (order.isBuy ? other.price <= order.price : other.price >= order.price)
    {
      guard let current = best else {
        best = index
        continue
      }
      if order.isBuy ? other.price < orders[current].price : other.price > orders[current].price {
        best = index
      }
    }
    return best
  }

  /// Trades what an order can, and puts the rest of it where it belongs.
  private mutating func work(_ order: Order, isDay: Bool) {
    var order = order
    while order.leaves > 0, let place = counterpart(of: order) {
      let other = orders[place]
      let quantity = min(order.leaves, other.leaves)
      order.executed += quantity
      orders[place].executed += quantity
      if orders[place].leaves == 0 { orders.remove(at: place) }
      matchCounts[OuchBytes.bucket(of: order.symbol[...]), default: 0] += 1
      let count = matchCounts[OuchBytes.bucket(of: order.symbol[...])]!
      for (party, liquidity) in [(other, "A"), (order, "R")] as [(Order, Character)] {
        tell(
          party.client,
          OuchBytes.executed(
            party.reference, quantity, at: other.price, liquidity: liquidity, match: count,
            of: order.symbol, time: time))
      }
    }
    guard order.leaves > 0 else { return }
    if isDay {
      orders.append(order)
    } else {
      tell(
        order.client,
        OuchBytes.canceled(order.reference, decrement: order.leaves, reason: "I", at: time))
    }
  }

  // MARK: - What can be

  private static func isPossible(price: UInt64) -> Bool {
    price >= 1 && price <= 1_999_999_900 && price != 0x7FFF_FFFF
  }

  /// Why an Enter is rejected, field by field.
  private static func fault(of enter: [UInt8]) -> UInt16? {
    let quantity: UInt32 = enter.big(6)
    let price: UInt64 = enter.big(18)
    let checks: [(Bool, UInt16)] = [
      ("BSTE".utf8.contains(enter[5]), 0x0009), (quantity >= 1 && quantity <= 999_999, 0x0013),
      (price != 0x7FFF_FFFF, 0x002C), (isPossible(price: price), 0x001D),
      ("03".utf8.contains(enter[26]), 0x000F),
      (enter[27] == UInt8(ascii: "Y"), 0x0003), ("APRO".utf8.contains(enter[28]), 0x000F),
      (enter[29] == UInt8(ascii: "N"), 0x0008), (enter[30] == UInt8(ascii: "N"), 0x0014),
      (isPossible(symbol: enter[10..<18]), 0x0017),
    ]
    return checks.first { !$0.0 }?.1
  }

  /// Printable, left-justified, padded with spaces, not blank.
  private static func isPossible(symbol: ArraySlice<UInt8>) -> Bool {
    let name = symbol.prefix { $0 != UInt8(ascii: " ") }
    return !name.isEmpty && name.allSatisfy { (0x21...0x7E).contains($0) }
      && symbol.dropFirst(name.count).allSatisfy { $0 == UInt8(ascii: " ") }
  }
}
