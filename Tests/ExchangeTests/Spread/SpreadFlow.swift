import TestSupport

/// Random datagrams of clients who trade with each other, and of strangers; many things wrong with some of them.
struct SpreadFlow {
  static let clientCount = 10
  static let strangerHost = OuchHost.peer(50)
  static var hosts: [OuchHost] { (1...clientCount).map { OuchHost.peer($0) } + [strangerHost] }

  struct Packet {
    let name: String
    let messages: [[UInt8]]
    let frame: [UInt8]
  }

  private var random: SeededRandom
  var symbolCount = 12
  /// Of a hundred packets, how many are of a name never heard of before.
  var strangers = 4
  private var lastReferences: [Int: UInt32] = [:]
  private var strangerCount = 0

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  mutating func next() -> Packet {
    if happens(strangers) { return strangerPacket() }
    let client = Int.random(in: 1...Self.clientCount, using: &random)
    let count = happens(20) ? Int.random(in: 2...8, using: &random) : 1
    var messages = (0..<count).map { _ in message(client) }
    if happens(1) { messages = [[UInt8]](repeating: OuchBytes.query, count: 40) }
    return packet("CLIENT\(client)", messages, OuchHost.peer(client))
  }

  private mutating func packet(_ name: String, _ messages: [[UInt8]], _ host: OuchHost) -> Packet {
    var messages = messages
    while messages.reduce(20, { $0 + $1.count + 2 }) > 1_400 { messages.removeLast() }
    return Packet(name: name, messages: messages, frame: host.packet(name, messages))
  }

  private mutating func strangerPacket() -> Packet {
    if strangerCount == 0 || happens(70) { strangerCount += 1 }
    let number = Int.random(in: max(1, strangerCount - 2)...strangerCount, using: &random)
    let messages = [
      OuchBytes.query, OuchBytes.enter(1, "B", 0), OuchBytes.enter(0), OuchBytes.cancel(1),
      OuchBytes.enter(2, "B", 5, symbol()), OuchBytes.replace(1, with: 2),
    ]
    return packet("STR\(number)", [messages.randomElement(using: &random)!], Self.strangerHost)
  }

  // MARK: - Messages

  private mutating func message(_ client: Int) -> [UInt8] {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<55: enter(client)
    case 55..<74: cancel(client)
    case 74..<90: replace(client)
    case 90..<96: OuchBytes.query
    default: malformed(client)
    }
  }

  private mutating func symbol() -> String { "SYM\(Int.random(in: 0..<symbolCount, using: &random))" }
  private mutating func price() -> UInt64 { 10_000 + 100 * UInt64.random(in: 0...4, using: &random) }

  private mutating func size() -> UInt32 {
    if happens(2) { return [0, 1_000_000].randomElement(using: &random)! }
    return happens(15) ? .random(in: 20...60, using: &random) : .random(in: 1...9, using: &random)
  }

  /// A new reference, or now and then one that was used or may have been.
  private mutating func reference(_ client: Int) -> UInt32 {
    let last = lastReferences[client] ?? 0
    if happens(6) { return last - UInt32.random(in: 0...min(last, 4), using: &random) }
    lastReferences[client] = last + (happens(5) ? 3 : 1)
    return lastReferences[client]!
  }

  private mutating func used(_ client: Int) -> UInt32 {
    let last = lastReferences[client] ?? 0
    return happens(3) ? last + 5 : last - UInt32.random(in: 0...min(last, 9), using: &random)
  }

  private mutating func enter(_ client: Int) -> [UInt8] {
    let reference = reference(client)
    return OuchBytes.enter(
      reference, Bool.random(using: &random) ? "B" : "S", size(), happens(2) ? " BAD" : symbol(), at: price(),
      timeInForce: happens(15) ? "3" : "0", display: happens(2) ? "N" : "Y", id: "\(client)-\(reference)",
      appendage: appendage())
  }

  /// Mostly none; else one that needs a long place, or a very long one.
  private mutating func appendage() -> [UInt8] {
    guard happens(12) else { return [] }
    let count = [1, 20, 26, 40, 50, 200, 255].randomElement(using: &random)!
    let tag = [UInt8(count)] + [UInt8](repeating: 9, count: count)
    return [[UInt8]](repeating: tag, count: happens(20) ? 3 : 1).flatMap { $0 }
  }

  private mutating func cancel(_ client: Int) -> [UInt8] {
    let cancel = OuchBytes.cancel(used(client), to: happens(70) ? 0 : .random(in: 1...9, using: &random))
    let appendage = appendage()
    return appendage.isEmpty ? cancel : cancel + OuchBytes.big(UInt16(appendage.count)) + appendage
  }

  private mutating func replace(_ client: Int) -> [UInt8] {
    let original = used(client)
    return OuchBytes.replace(
      original, with: reference(client), size(), at: happens(4) ? 0 : price(),
      timeInForce: happens(15) ? "3" : "0",
      display: happens(4) ? "N" : "Y")
  }

  private mutating func malformed(_ client: Int) -> [UInt8] {
    let message = Bool.random(using: &random) ? cancel(client) : OuchBytes.enter(used(client) + 20)
    return happens(50) ? [UInt8](message.dropLast()) : [0xFF] + message
  }
}
