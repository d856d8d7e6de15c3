/// An IPv4 packet (RFC 791, 3.1), its header checked.
///
///     0         1     2         4    6                8     9          10         12       16
///     | ver,ihl | tos | total   | id | flags,fragment | ttl | protocol | checksum | source | destination | options
public struct IPv4Packet: ~Escapable {
  /// The header without options.
  public static let minimumHeaderByteCount = 20
  public static let icmp: UInt8 = 1
  public static let udp: UInt8 = 17

  private let packet: RawSpan
  /// Where the payload begins: 20 to 60, options included.
  public let headerByteCount: Int
  /// Header and payload.
  public let totalByteCount: Int

  /// Looks at `packet`; bytes behind its total length are padding. Options are skipped.
  ///
  /// Throws `truncated`, `badVersion`, `badHeaderLength`, `lengthMismatch`, `badChecksum`.
  @_lifetime(copy packet)
  public init(checking packet: RawSpan) throws(MalformedPacket) {
    guard packet.byteCount >= Self.minimumHeaderByteCount else { throw .truncated }
    guard packet.byte(at: 0) >> 4 == 4 else { throw .badVersion }
    let headerByteCount = Int(packet.byte(at: 0) & 15) * 4
    guard headerByteCount >= Self.minimumHeaderByteCount else { throw .badHeaderLength }
    let totalByteCount = Int(packet.bigEndian(at: 2, as: UInt16.self))
    guard totalByteCount >= headerByteCount else { throw .lengthMismatch }
    guard totalByteCount <= packet.byteCount else { throw .truncated }
    var checksum = InternetChecksum()
    checksum.add(packet, at: 0, byteCount: headerByteCount)
    guard checksum.isIntact else { throw .badChecksum }
    self.packet = packet
    self.headerByteCount = headerByteCount
    self.totalByteCount = totalByteCount
  }

  public var payloadByteCount: Int { totalByteCount - headerByteCount }
  public var identification: UInt16 { packet.bigEndian(at: 4) }
  public var mustNotFragment: Bool { packet.byte(at: 6) & 0x40 != 0 }
  /// Whether more follows or something went before: the flag MF or an offset.
  public var isFragment: Bool { packet.bigEndian(at: 6, as: UInt16.self) & 0x3FFF != 0 }
  public var timeToLive: UInt8 { packet.byte(at: 8) }
  public var transportProtocol: UInt8 { packet.byte(at: 9) }
  public var source: IPv4Address { packet.ipv4Address(at: 12) }
  public var destination: IPv4Address { packet.ipv4Address(at: 16) }

  /// What the checksum of the payload of a UDP datagram also covers (RFC 768): addresses, protocol, length.
  public var pseudoHeaderSum: InternetChecksum {
    Self.pseudoHeaderSum(
      source: source, destination: destination, transportProtocol: transportProtocol,
      payloadByteCount: UInt16(truncatingIfNeeded: payloadByteCount))
  }

  static func pseudoHeaderSum(
    source: IPv4Address, destination: IPv4Address, transportProtocol: UInt8, payloadByteCount: UInt16
  ) -> InternetChecksum {
    var sum = InternetChecksum(partialSum: UInt64(source.rawValue.bigEndian))
    sum.add(littleEndianWord: UInt64(destination.rawValue.bigEndian))
    sum.add(UInt16(transportProtocol))
    sum.add(payloadByteCount)
    return sum
  }
}

extension IPv4Packet {
  /// Time to live of what is sent (RFC 1122, 3.2.1.7; the value of RFC 1700).
  public static let timeToLive: UInt8 = 64

  /// Writes a header without options to the 20 bytes at `offset`. Traps when there are fewer.
  ///
  /// The identification is 0 and DF is set: an atomic datagram (RFC 6864, 4.1).
  public static func writeHeader(
    source: IPv4Address, destination: IPv4Address, transportProtocol: UInt8, payloadByteCount: Int,
    into frame: inout MutableRawSpan, at offset: Int
  ) {
    frame.storeBigEndian(UInt16(0x4500), at: offset)
    frame.storeBigEndian(UInt16(minimumHeaderByteCount + payloadByteCount), at: offset + 2)
    frame.storeBigEndian(UInt32(0x0000_4000), at: offset + 4)
    frame.storeBigEndian(UInt16(timeToLive) << 8 | UInt16(transportProtocol), at: offset + 8)
    frame.storeBigEndian(UInt16(0), at: offset + 10)
    frame.store(source, at: offset + 12)
    frame.store(destination, at: offset + 16)
    var checksum = InternetChecksum()
    checksum.add(frame.bytes, at: offset, byteCount: minimumHeaderByteCount)
    frame.storeLittleEndian(checksum.fieldLittleEndian, at: offset + 10)
  }
}
