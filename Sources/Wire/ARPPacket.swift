/// Address resolution for IPv4 over Ethernet (RFC 826).
///
///     0          2          4    5    6         8          14        18         24        28
///     | hardware | protocol | 6  | 4  | operation | sender MAC | sender IP | target MAC | target IP
public struct ARPPacket: ~Escapable {
  public static let byteCount = 28
  /// Hardware Ethernet (1), protocol IPv4 (0x0800), their address lengths 6 and 4: the first six bytes.
  private static let kind: (hardwareAndProtocol: UInt32, lengths: UInt16) = (0x0001_0800, 0x0604)

  public enum Operation: UInt16, Sendable {
    case request = 1
    case reply = 2
  }

  private let packet: RawSpan
  public let operation: Operation

  /// Looks at `packet`; bytes behind it are padding. Throws `truncated`, `unknownAddressKind`, `unknownOperation`.
  @_lifetime(copy packet)
  public init(checking packet: RawSpan) throws(MalformedPacket) {
    guard packet.byteCount >= Self.byteCount else { throw .truncated }
    let hardwareAndProtocol: UInt32 = packet.bigEndian(at: 0)
    let lengths: UInt16 = packet.bigEndian(at: 4)
    guard hardwareAndProtocol == Self.kind.hardwareAndProtocol, lengths == Self.kind.lengths else {
      throw .unknownAddressKind
    }
    guard let operation = Operation(rawValue: packet.bigEndian(at: 6)) else { throw .unknownOperation }
    self.operation = operation
    self.packet = packet
  }

  public var senderHardware: MACAddress { packet.macAddress(at: 8) }
  public var senderAddress: IPv4Address { packet.ipv4Address(at: 14) }
  public var targetHardware: MACAddress { packet.macAddress(at: 18) }
  public var targetAddress: IPv4Address { packet.ipv4Address(at: 24) }

  /// Writes a packet to the 28 bytes at `offset`. Traps when there are fewer.
  public static func write(
    _ operation: Operation, senderHardware: MACAddress, senderAddress: IPv4Address,
    targetHardware: MACAddress, targetAddress: IPv4Address,
    into frame: inout MutableRawSpan, at offset: Int
  ) {
    frame.storeBigEndian(kind.hardwareAndProtocol, at: offset)
    frame.storeBigEndian(kind.lengths, at: offset + 4)
    frame.storeBigEndian(operation.rawValue, at: offset + 6)
    frame.store(senderHardware, at: offset + 8)
    frame.store(senderAddress, at: offset + 14)
    frame.store(targetHardware, at: offset + 18)
    frame.store(targetAddress, at: offset + 24)
  }
}
