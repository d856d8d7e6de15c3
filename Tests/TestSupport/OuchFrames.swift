/// A host on the link as plain bytes: what it sends to the node, and what the node's frames hold; written from the
/// RFCs and not with the code under test.
public struct OuchHost: Hashable, Sendable {
  public var station: [UInt8]
  public var address: [UInt8]
  public var port: UInt16

  public init(station: [UInt8], address: [UInt8], port: UInt16 = 5000) {
    self.station = station
    self.address = address
    self.port = port
  }

  /// Host number `index`, 1 to 200, of the node's own network.
  public static func peer(_ index: Int, port: UInt16 = 5000) -> OuchHost {
    OuchHost(
      station: [0x52, 0x55, 10, 0, 2, UInt8(index)], address: [10, 0, 2, UInt8(20 + index)], port: port)
  }

  /// The node under test.
  public static let node = OuchHost(
    station: [0x52, 0x54, 0x00, 0x12, 0x34, 0x56], address: [10, 0, 2, 15], port: 26_400)

  public static let broadcastStation = [UInt8](repeating: 0xFF, count: 6)

  // MARK: - Address resolution (RFC 826)

  /// - Parameter operation: 1 asks, 2 answers.
  public func arp(
    _ operation: UInt16, target: OuchHost = .node, targetStation: [UInt8]? = nil, to station: [UInt8]? = nil
  ) -> [UInt8] {
    let body: [UInt8] =
      [0, 1, 8, 0, 6, 4] + OuchBytes.big(operation) + self.station + address
      + (targetStation ?? target.station) + target.address
    return (station ?? target.station) + self.station + [8, 6] + body
  }

  /// Asks all for the node's station.
  public var arpRequest: [UInt8] {
    arp(1, targetStation: [0, 0, 0, 0, 0, 0], to: Self.broadcastStation)
  }

  // MARK: - Datagrams

  /// A UDP datagram in its frame.
  public func datagram(_ payload: [UInt8], to host: OuchHost = .node, identification: UInt16 = 0) -> [UInt8] {
    var udp: [UInt8] = OuchBytes.big(port) + OuchBytes.big(host.port)
    udp += OuchBytes.big(UInt16(payload.count + 8)) + [0, 0] + payload
    let pseudo: [UInt8] = address + host.address + [0, 17] + OuchBytes.big(UInt16(udp.count))
    let sum = Self.checksum(pseudo + udp)
    udp.replaceSubrange(6..<8, with: OuchBytes.big(sum == 0 ? 0xFFFF : sum))
    var header: [UInt8] = [0x45, 0] + OuchBytes.big(UInt16(20 + udp.count)) + OuchBytes.big(identification)
    header += [0x40, 0, 64, 17, 0, 0] + address + host.address
    header.replaceSubrange(10..<12, with: OuchBytes.big(Self.checksum(header)))
    return host.station + station + [8, 0] + header + udp
  }

  /// A MoldUDP64 packet with messages from the client called `name`.
  public func packet(_ name: String, _ messages: [[UInt8]], sequence: UInt64 = 0) -> [UInt8] {
    datagram(Self.mold(name, sequence: sequence, messages))
  }

  /// A request to send again.
  public func request(_ name: String, from sequence: UInt64, count: UInt16 = 1) -> [UInt8] {
    datagram(OuchBytes.text(name, 10) + OuchBytes.big(sequence) + OuchBytes.big(count))
  }

  public static func mold(_ name: String, sequence: UInt64, _ messages: [[UInt8]]) -> [UInt8] {
    OuchBytes.text(name, 10) + OuchBytes.big(sequence) + OuchBytes.big(UInt16(messages.count))
      + messages.flatMap { OuchBytes.big(UInt16($0.count)) + $0 }
  }

  /// The internet checksum (RFC 1071), word by word.
  public static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for index in stride(from: 0, to: bytes.count, by: 2) {
      sum += UInt32(bytes[index]) << 8 | (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
    }
    while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
    return ~UInt16(sum)
  }
}

/// A frame from the node that holds a MoldUDP64 packet, every field of its headers checked.
public struct OuchPacket: Equatable, Sendable {
  public let station: [UInt8]
  public let address: [UInt8]
  public let port: UInt16
  public let name: String
  public let sequence: UInt64
  public let messages: [[UInt8]]

  /// Nothing unless every byte is as it must be.
  public init?(_ frame: [UInt8]) {
    guard let payload = Self.payload(of: frame), let messages = Self.messages(in: payload) else { return nil }
    station = [UInt8](frame[0..<6])
    address = [UInt8](frame[30..<34])
    port = frame.big(36)
    name = String(decoding: payload[0..<10], as: UTF8.self)
    sequence = payload.big(10)
    self.messages = messages
  }

  /// The payload of a UDP datagram from the node, its headers checked.
  private static func payload(of frame: [UInt8]) -> [UInt8]? {
    guard frame.count >= 62, [UInt8](frame[6..<14]) == OuchHost.node.station + [8, 0] else { return nil }
    let header = [UInt8](frame[14..<34])
    guard header[0] == 0x45, Int(header.big(2, as: UInt16.self)) == frame.count - 14, header[9] == 17,
      OuchHost.checksum(header) == 0, [UInt8](header[12..<16]) == OuchHost.node.address
    else { return nil }
    let udp = [UInt8](frame[34...])
    let pseudo: [UInt8] = header[12..<20] + [0, 17] + OuchBytes.big(UInt16(udp.count))
    guard udp.big(0) == OuchHost.node.port, Int(udp.big(4, as: UInt16.self)) == udp.count,
      udp.big(6) != UInt16(0), OuchHost.checksum(pseudo + udp) == 0
    else { return nil }
    return [UInt8](udp[8...])
  }

  /// The messages of a whole MoldUDP64 packet.
  private static func messages(in payload: [UInt8]) -> [[UInt8]]? {
    guard payload.count >= 20, payload.count <= 1472 else { return nil }
    var messages: [[UInt8]] = []
    var position = 20
    for _ in 0..<payload.big(18, as: UInt16.self) {
      guard position + 2 <= payload.count else { return nil }
      let end = position + 2 + Int(payload.big(position, as: UInt16.self))
      guard end <= payload.count else { return nil }
      messages.append([UInt8](payload[position + 2..<end]))
      position = end
    }
    return position == payload.count ? messages : nil
  }

  /// Whether it went to this host.
  public func went(to host: OuchHost) -> Bool {
    station == host.station && address == host.address && port == host.port
  }
}
