import Orders
import Sessions
import Wire

/// A datagram to the guest as it is filled: a client's name and its messages (MoldUDP64).
struct ClientPacket {
  let name: ClientName
  private(set) var messageCount = 0
  private var blocks: [UInt8] = []

  init(_ name: ClientName) { self.name = name }

  mutating func append(_ message: some EncodableMessage) {
    let byteCount = type(of: message).byteCount
    blocks.append(UInt8(byteCount >> 8))
    blocks.append(UInt8(byteCount & 0xFF))
    var bytes = [UInt8](repeating: 0, count: byteCount)
    bytes.fill { message.encode(into: &$0) }
    blocks += bytes
    messageCount += 1
  }

  /// The whole datagram. Its sequence number means nothing to the guest.
  var bytes: [UInt8] { Self.header(name, sequence: 0, count: messageCount) + blocks }

  /// The datagram that asks the guest to send again from `sequence` on.
  static func request(_ name: ClientName, from sequence: UInt64) -> [UInt8] {
    header(name, sequence: sequence, count: 0)
  }

  private static func header(_ name: ClientName, sequence: UInt64, count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: MoldHeader.byteCount)
    bytes.fill { MoldHeader.write(session: name, sequence: sequence, count: count, into: &$0, at: 0) }
    return bytes
  }
}
