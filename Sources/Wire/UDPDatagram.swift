/// A UDP datagram (RFC 768), checked.
///
///     0          2               4        6          8
///     | src port | destination   | length | checksum | payload
public struct UDPDatagram: ~Escapable {
  public static let headerByteCount = 8

  private let datagram: RawSpan

  /// Looks at the whole payload of an IPv4 packet.
  ///
  /// - Parameter pseudoHeader: the packet's `pseudoHeaderSum`.
  ///
  /// Throws `truncated`, `lengthMismatch` unless the length is exactly the payload's, and `badChecksum`. A
  /// checksum of zero says there is none (RFC 768), and is accepted.
  @_lifetime(copy datagram)
  public init(checking datagram: RawSpan, pseudoHeader: InternetChecksum) throws(MalformedPacket) {
    guard datagram.byteCount >= Self.headerByteCount else { throw .truncated }
    guard Int(datagram.bigEndian(at: 4, as: UInt16.self)) == datagram.byteCount else { throw .lengthMismatch }
    if datagram.bigEndian(at: 6, as: UInt16.self) != 0 {
      var checksum = pseudoHeader
      checksum.add(datagram, at: 0, byteCount: datagram.byteCount)
      guard checksum.isIntact else { throw .badChecksum }
    }
    self.datagram = datagram
  }

  public var sourcePort: UInt16 { datagram.bigEndian(at: 0) }
  public var destinationPort: UInt16 { datagram.bigEndian(at: 2) }
  public var payloadByteCount: Int { datagram.byteCount - Self.headerByteCount }
}
