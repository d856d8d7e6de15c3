import SimulationSupport
import TestSupport
import Timing

/// A client of the venue with its own idea of what is going on: it sends random orders, sends again what is not
/// answered, asks for what it misses, and never trusts the network.
final class SimulatedClient {
  let name: String
  let host: OuchHost
  /// What it was told, by number.
  private(set) var told: [UInt64: [UInt8]] = [:]
  /// All numbers up to this one were told.
  private(set) var toldThrough: UInt64 = 0
  /// Two different messages under one number, or anything else that must not be.
  private(set) var complaints: [String] = []
  /// Whether it still makes new orders.
  var isTrading = true
  private var random: SeededRandom
  private var nextReference: UInt32 = 1
  /// Orders that were acknowledged and, as far as it knows, live.
  private var live: [UInt32] = []
  private var unanswered: [Request] = []
  private var lastAnsweredReference: UInt32 = 0
  private var lastTime: UInt64 = 0

  private struct Request {
    let reference: UInt32
    let message: [UInt8]
    var triesLeft = 6
  }

  init(_ index: Int, seed: UInt64) {
    name = "TRADER\(index)"
    host = OuchHost.peer(index, port: UInt16(4000 + index))
    random = SeededRandom(seed: seed &* 100 &+ UInt64(index))
  }

  // MARK: - What it sends

  /// The next frame it wants to send; nothing when it has nothing to say.
  func act() -> [UInt8]? {
    let isBehind = told.count > Int(toldThrough) || !isTrading
    if isBehind || Int.random(in: 0..<12, using: &random) == 0 {
      return host.request(name, from: toldThrough + 1, count: .random(in: 0...9, using: &random))
    }
    if !unanswered.isEmpty, Int.random(in: 0..<3, using: &random) > 0 { return retry() }
    guard isTrading, unanswered.count < 8 else { return nil }
    let requests = (0..<Int.random(in: 1...4, using: &random)).map { _ in makeRequest() }
    unanswered += requests
    return host.packet(name, requests.map(\.message))
  }

  private func retry() -> [UInt8] {
    for index in unanswered.indices { unanswered[index].triesLeft -= 1 }
    defer { unanswered.removeAll { $0.triesLeft <= 0 } }
    return host.packet(name, unanswered.map(\.message))
  }

  private func makeRequest() -> Request {
    let price = UInt64.random(in: 9_995...10_005, using: &random)
    let quantity = UInt32.random(in: 1...300, using: &random)
    let target = live.randomElement(using: &random) ?? UInt32.random(in: 0...5, using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<11: return makeEnter(quantity, price)
    case 11..<15:
      let intended = Bool.random(using: &random) ? 0 : quantity / 2
      return Request(reference: 0, message: OuchBytes.cancel(target, to: intended))
    case 15..<19:
      let reference = takeReference()
      let isOdd = Int.random(in: 0..<10, using: &random) == 0
      return Request(
        reference: reference,
        message: OuchBytes.replace(
          target, with: reference, quantity, at: isOdd ? 0 : price, timeInForce: immediacy))
    default: return Request(reference: 0, message: OuchBytes.query)
    }
  }

  private func makeEnter(_ quantity: UInt32, _ price: UInt64) -> Request {
    let reference = takeReference()
    let symbol = ["AAA", "BB", "SLUICE"].randomElement(using: &random)!
    let side: Character = "BBBSSTE?".randomElement(using: &random)!
    return Request(
      reference: reference,
      message: OuchBytes.enter(
        reference, side, quantity, symbol, at: price, timeInForce: immediacy, id: "\(name).\(reference)"))
  }

  private var immediacy: Character { Int.random(in: 0..<6, using: &random) == 0 ? "3" : "0" }

  private func takeReference() -> UInt32 {
    // Gaps are allowed.
    nextReference += UInt32.random(in: 1...3, using: &random)
    return nextReference
  }

  // MARK: - What it hears

  /// Takes a frame from the link; gives back its answer, if it has one.
  func hear(_ frame: [UInt8]) -> [UInt8]? {
    let question = OuchHost.node.arp(1, target: host, targetStation: [0, 0, 0, 0, 0, 0])
    if frame.count >= 42, frame[12..<14] == [8, 6], frame[20...] == question[20...] { return host.arp(2) }
    // A damaged station may be this one's: the addresses inside are checked.
    guard [UInt8](frame.prefix(6)) == host.station, let packet = OuchPacket(frame), packet.went(to: host)
    else {
      return nil
    }
    if packet.name != name.padded { complaints.append("\(name): told what \(packet.name) should be told") }
    for (index, message) in packet.messages.enumerated() {
      note(message, number: packet.sequence + UInt64(index))
    }
    return nil
  }

  private func note(_ message: [UInt8], number: UInt64) {
    if let known = told[number] {
      if known != message { complaints.append("\(name): message \(number) has changed") }
      return
    }
    told[number] = message
    while let next = told[toldThrough + 1] {
      toldThrough += 1
      learn(next)
    }
  }

  /// Takes a message in its turn.
  private func learn(_ message: [UInt8]) {
    let time: UInt64 = message.big(1)
    if time < lastTime {
      complaints.append("\(name): message \(toldThrough) is older than the one before it")
    }
    lastTime = time
    let reference: UInt32 = message.big(message[0] == UInt8(ascii: "U") ? 13 : 9)
    switch message[0] {
    case UInt8(ascii: "A"):
      noteAnswer(reference)
      live.append(reference)
    case UInt8(ascii: "U"):
      noteAnswer(reference)
      live.removeAll { $0 == message.big(9) }
      live.append(reference)
    case UInt8(ascii: "J"): noteAnswer(reference)
    case UInt8(ascii: "C"):
      unanswered.removeAll { $0.message[0] == UInt8(ascii: "X") && $0.message.big(1) == reference }
    default: break
    }
    if live.count > 12 { live.removeFirst() }
  }

  private func noteAnswer(_ reference: UInt32) {
    if reference <= lastAnsweredReference {
      complaints.append("\(name): reference \(reference) applied twice")
    }
    lastAnsweredReference = reference
    unanswered.removeAll { $0.reference > 0 && $0.reference <= reference }
  }
}
