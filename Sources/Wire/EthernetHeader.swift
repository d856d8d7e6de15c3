/// The header of an Ethernet II frame (RFC 894): destination, source, type.
///
///     0      6      12     14
///     | dest | src  | type | payload
public struct EthernetHeader: ~Escapable {
  public static let byteCount = 14
  /// The type of an IPv4 packet.
  public static let ipv4: UInt16 = 0x0800
  /// The type of an ARP packet.
  public static let arp: UInt16 = 0x0806

  private let frame: RawSpan

  /// Looks at the start of `frame`. Throws `truncated`.
  @inline(__always) @_lifetime(copy frame)
  public init(checking frame: RawSpan) throws(MalformedPacket) {
    guard frame.byteCount >= Self.byteCount else { throw .truncated }
    self.frame = frame
  }

  public var destination: MACAddress { frame.macAddress(at: 0) }
  public var source: MACAddress { frame.macAddress(at: 6) }
  public var type: UInt16 { frame.bigEndian(at: 12) }

  /// Writes a header to the first 14 bytes of `frame`. Traps when there are fewer.
  public static func write(
    destination: MACAddress, source: MACAddress, type: UInt16, into frame: inout MutableRawSpan
  ) {
    frame.store(destination, at: 0)
    frame.store(source, at: 6)
    frame.storeBigEndian(type, at: 12)
  }
}
