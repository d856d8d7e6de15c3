public import Wire

/// The way of datagrams from one of our ports to one endpoint: their headers, all but the lengths and checksums.
///
/// A small value to be kept beside whatever knows the endpoint; `NetworkStack.isCurrent` says whether it still
/// holds. The headers lie as five words in memory order, so that a datagram's 42 bytes are six stores.
@frozen public struct UDPRoute: Sendable, BitwiseCopyable {
  /// Where a datagram's payload begins in its frame: behind 14 bytes of Ethernet, 20 of IPv4 and 8 of UDP.
  public static let payloadOffset = 42
  /// The longest payload: an MTU of 1,500 less IPv4's and UDP's headers.
  public static let maximumPayloadByteCount = 1472

  /// Where it leads.
  public let remote: UDPEndpoint
  /// The state of the neighbour table it was made from.
  let generation: UInt64
  /// Frame bytes 0 to 7: destination station, and the source's first two bytes.
  private let stations: UInt64
  /// Bytes 8 to 15: the rest of the source station, type, version and header length, type of service.
  private let stationAndType: UInt64
  /// Bytes 24 to 31, the checksum zero: source address, and the destination's first two bytes.
  private let addresses: UInt64
  /// Bytes 32 to 39, the length zero: the destination's last two bytes, both ports.
  private let ports: UInt64
  /// The IPv4 header's sum without its total length.
  private let headerSum: UInt32
  /// The UDP checksum's sum without payload and lengths.
  private let datagramSum: UInt32

  /// A route to nowhere that is never current.
  public static var none: UDPRoute {
    UDPRoute(station: .zero, configuration: nil, localPort: 0, remote: .none, generation: 0)
  }

  init(
    station: MACAddress, configuration: NetworkConfiguration?, localPort: UInt16, remote: UDPEndpoint,
    generation: UInt64
  ) {
    let own = configuration?.hardware.littleEndianValue ?? 0
    let source = UInt64((configuration?.address.rawValue ?? 0).bigEndian)
    let destination = UInt64(remote.address.rawValue.bigEndian)
    self.remote = remote
    self.generation = generation
    stations = station.littleEndianValue | own << 48
    stationAndType = own >> 16 | UInt64(EthernetHeader.ipv4.bigEndian) << 32 | UInt64(0x45) << 48
    addresses = source << 16 | destination << 48
    ports = destination >> 16 | UInt64(localPort.bigEndian) << 16 | UInt64(remote.port.bigEndian) << 32
    var header = InternetChecksum(partialSum: source)
    header.add(littleEndianWord: destination)
    header.add(littleEndianWord: Self.lifetimeAndProtocol)
    header.add(littleEndianWord: stationAndType >> 48)
    headerSum = UInt32(header.folded)
    var datagram = InternetChecksum(partialSum: source)
    datagram.add(littleEndianWord: destination)
    datagram.add(UInt16(IPv4Packet.udp))
    datagram.add(localPort)
    datagram.add(remote.port)
    datagramSum = UInt32(datagram.folded)
  }

  /// Frame bytes 16 to 23, the length zero: identification 0, DF (RFC 6864, 4.1), time to live, protocol.
  @inline(__always)
  private static var lifetimeAndProtocol: UInt64 {
    UInt64(0x40) << 32 | UInt64(IPv4Packet.timeToLive) << 48 | UInt64(IPv4Packet.udp) << 56
  }

  /// Writes the headers of a datagram whose payload lies at `payloadOffset` already, checksums included.
  ///
  /// Traps when the payload is longer than `maximumPayloadByteCount` or does not lie inside `frame`.
  /// Complexity: O(`payloadByteCount`), for the checksum.
  ///
  /// - Returns: the frame's length; a short one is padded by the device.
  @inline(__always)
  public func writeHeaders(payloadByteCount: Int, into frame: inout MutableRawSpan) -> Int {
    precondition(payloadByteCount >= 0 && payloadByteCount <= Self.maximumPayloadByteCount)
    let frameByteCount = payloadByteCount &+ Self.payloadOffset
    precondition(frameByteCount <= frame.byteCount)
    let datagramLength = UInt64(UInt16(truncatingIfNeeded: payloadByteCount &+ 8).bigEndian)
    let totalLength = UInt64(UInt16(truncatingIfNeeded: payloadByteCount &+ 28).bigEndian)
    let headerField = UInt64(~InternetChecksum.fold(headerSum &+ UInt32(truncatingIfNeeded: totalLength)))
    // The length counts twice, in the pseudo-header and in the UDP header.
    var datagram = InternetChecksum(partialSum: UInt64(datagramSum) &+ datagramLength &* 2)
    datagram.add(frame.bytes, at: Self.payloadOffset, byteCount: payloadByteCount)
    frame.storeLittleEndian(stations, at: 0)
    frame.storeLittleEndian(stationAndType, at: 8)
    frame.storeLittleEndian(Self.lifetimeAndProtocol | totalLength, at: 16)
    frame.storeLittleEndian(addresses | headerField, at: 24)
    frame.storeLittleEndian(ports | datagramLength << 48, at: 32)
    // Zero would say that there is no checksum (RFC 768); its other form is all ones.
    let field = datagram.fieldLittleEndian
    frame.storeLittleEndian(field == 0 ? UInt16.max : field, at: 40)
    return frameByteCount
  }
}
