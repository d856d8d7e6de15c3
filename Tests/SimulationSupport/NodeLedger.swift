public import Exchange
import Reactors
import Networking
import Orders
import Sessions
import Buffers
import TestSupport

/// Keeps account of all that a node takes from its link, by looking at every byte itself: what the node has counted,
/// and what it has told its clients, must agree.
public final class NodeLedger {
  /// One message that the order process was given.
  public struct Input {
    public let name: String
    public let message: [UInt8]
    public let time: UInt64
  }

  public private(set) var venue: PlainVenue
  /// The inputs that were applied, in order: the journal's entries.
  public private(set) var inputs: [Input] = []
  /// Since the last boot.
  private(set) var frames = 0
  private(set) var datagrams = 0
  private(set) var packets = 0
  private(set) var requests = 0
  private(set) var messages = 0
  private(set) var outcomes: [PlainVenue.Outcome: Int] = [:]
  private var inputsAtBoot = 0
  private let orderLimit: Int

  public init(orderLimit: Int) {
    self.orderLimit = orderLimit
    venue = PlainVenue(orderLimit: orderLimit)
  }

  /// The node was booted, and its journal has this many entries.
  public func boot(entryCount: Int) {
    inputs.removeSubrange(entryCount...)
    venue = PlainVenue(orderLimit: orderLimit)
    for input in inputs { _ = venue.apply(input.message, of: input.name, at: input.time) }
    (frames, datagrams, packets, requests, messages) = (0, 0, 0, 0, 0)
    outcomes = [:]
    inputsAtBoot = entryCount
  }

  /// The node takes a frame.
  public func take(_ frame: [UInt8], at time: UInt64) {
    frames += 1
    guard let payload = InboundDatagram.payload(of: frame) else { return }
    datagrams += 1
    guard let port = InboundDatagram.port(of: frame), port == OuchHost.node.port,
      let packet = InboundDatagram.packet(payload)
    else { return }
    packets += 1
    if payload.count == 20 { requests += 1 }
    for message in packet.messages {
      messages += 1
      let outcome = venue.apply(message, of: packet.name, at: time)
      outcomes[outcome, default: 0] += 1
      if outcome == .applied { inputs.append(Input(name: packet.name, message: message, time: time)) }
    }
  }

  /// What does not agree with the node's own account; empty when all does.
  public func disagreements<Inner: InputJournal & ~Copyable>(_ node: SimulatedNode<Inner>) -> [String] {
    disagreements(
      node.orderNode.value, node.orderNode.value.network.counters, appendCount: node.journal.appendCount)
  }

  private func disagreements<Journal: InputJournal & ~Copyable>(
    _ node: borrowing OrderNode<FakeLink, Journal, OrderEngine>, _ network: borrowing NetworkCounters,
    appendCount: Int
  ) -> [String] {
    let counters = node.counters
    let orders = node.venue.orderCounters
    var drops: UInt64 = 0
    for index in 0...Int(DropReason.udpInvalidSource.rawValue) { drops += network.dropCount(at: index) }
    let badPackets = (0..<MalformedMold.count).reduce(0) {
      $0 + counters[MalformedMold(rawValue: UInt8($1))!]
    }
    let badMessages = (0..<MalformedMessage.count).reduce(0) {
      $0 + counters[MalformedMessage(rawValue: UInt8($1))!]
    }
    let kinds = counters.enters + counters.replaces + counters.cancels + counters.queries
    let ignored = orders.staleReferences + orders.unknownOrders + orders.superfluousCancels
    let laws: [(String, UInt64, Int)] = [
      ("frames", network.framesReceived, frames),
      (
        "frames, by what became of them", network.datagrams + network.replies + network.resolutions + drops,
        frames
      ),
      ("datagrams", network.datagrams, datagrams), ("packets", counters.packets, packets),
      (
        "datagrams, by what became of them", counters.packets + badPackets + network[.udpNoListener],
        datagrams
      ),
      ("requests", counters.retransmissionRequests, requests), ("messages", kinds + badMessages, messages),
      ("malformed messages", badMessages, outcomes[.malformed] ?? 0),
      ("ignored messages", ignored, outcomes[.ignored] ?? 0),
      ("messages without a place", counters.unknownClients, outcomes[.noPlace] ?? 0),
      ("inputs journaled", UInt64(appendCount), inputs.count - inputsAtBoot),
      ("live orders", UInt64(node.venue.liveOrderCount), venue.orders.count),
      ("clients", UInt64(node.venue.clientCount), venue.clients.count),
    ]
    return laws.filter { $0.1 != UInt64($0.2) }.map { "\($0.0): \($0.1), and by the ledger \($0.2)" }
  }
}

/// What a node must make of a frame, read with plain means.
enum InboundDatagram {
  /// The payload of a sound UDP datagram for the node; nothing for any other frame.
  static func payload(of frame: [UInt8]) -> [UInt8]? {
    let node = OuchHost.node
    guard frame.count >= 42, [UInt8](frame[0..<6]) == node.station, frame[12..<14] == [8, 0] else {
      return nil
    }
    let source = [UInt8](frame[6..<12])
    guard source[0] & 1 == 0, source != node.station, source != [0, 0, 0, 0, 0, 0] else { return nil }
    let headerCount = Int(frame[14] & 15) * 4
    let total = Int(frame.big(16, as: UInt16.self))
    guard frame[14] >> 4 == 4, headerCount >= 20, total >= headerCount + 8, total <= frame.count - 14 else {
      return nil
    }
    let header = [UInt8](frame[14..<14 + headerCount])
    guard OuchHost.checksum(header) == 0, header[9] == 17, [UInt8](header[16..<20]) == node.address,
      header.big(6, as: UInt16.self) & 0x3FFF == 0, isPeer([UInt8](header[12..<16]))
    else { return nil }
    let udp = [UInt8](frame[14 + headerCount..<14 + total])
    let pseudo: [UInt8] = header[12..<20] + [0, 17] + OuchBytes.big(UInt16(udp.count))
    guard Int(udp.big(4, as: UInt16.self)) == udp.count, udp.big(0) != UInt16(0),
      udp.big(6) == UInt16(0) || OuchHost.checksum(pseudo + udp) == 0
    else { return nil }
    return [UInt8](udp[8...])
  }

  /// The port a sound datagram is for.
  static func port(of frame: [UInt8]) -> UInt16? { frame.big(14 + Int(frame[14] & 15) * 4 + 2) }

  /// Whether it can be another host's address, seen from the node's network 10.0.2.0/24.
  private static func isPeer(_ address: [UInt8]) -> Bool {
    guard address[0] != 0, address[0] != 127, address[0] < 224, address != OuchHost.node.address else {
      return false
    }
    return ![[10, 0, 2, 0], [10, 0, 2, 255]].contains(address)
  }

  /// Name and messages of a whole MoldUDP64 packet.
  static func packet(_ payload: [UInt8]) -> (name: String, messages: [[UInt8]])? {
    guard payload.count >= 20, payload[0..<10].allSatisfy({ (0x20...0x7E).contains($0) }),
      !payload[0..<10].allSatisfy({ $0 == 0x20 })
    else { return nil }
    let name = String(decoding: payload[0..<10], as: UTF8.self)
    if payload.count == 20 { return (name, []) }
    var messages: [[UInt8]] = []
    var rest = payload[20...]
    for _ in 0..<payload.big(18, as: UInt16.self) {
      guard rest.count >= 2 else { return nil }
      let count = Int(rest.big(0, as: UInt16.self))
      rest = rest.dropFirst(2)
      guard rest.count >= count else { return nil }
      messages.append([UInt8](rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return rest.isEmpty ? (name, messages) : nil
  }
}
