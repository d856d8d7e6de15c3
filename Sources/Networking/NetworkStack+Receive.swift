public import Timing
import Wire

// Two ways through one set of rules: `plainDatagram` takes the frames that carry orders with as few instructions
// as it can and knows only yes and no; `examine` takes everything, and says why not. A test holds them together.
extension NetworkStack {
  /// Looks at one received frame, the Ethernet header first. Never traps, whatever the bytes.
  @inline(__always)
  public mutating func receive(_ frame: RawSpan, now: Instant) -> ReceiveAction {
    counters.framesReceived &+= 1
    if let datagram = plainDatagram(in: frame) {
      counters.datagrams &+= 1
      return .datagram(datagram)
    }
    return examine(frame, now: now)
  }

  /// The datagram of a sound frame for us without IPv4 options; nothing for any other frame.
  @inline(__always)
  func plainDatagram(in frame: RawSpan) -> ReceivedDatagram? {
    guard frame.byteCount >= 42 else { return nil }
    let destination: UInt64 = frame.littleEndian(at: 0)
    guard destination << 16 == station, frame.byte(at: 6) & 1 == 0 else { return nil }
    // Type IPv4, version 4, five words of header.
    guard frame.littleEndian(at: 12, as: UInt32.self) & 0xFF_FFFF == 0x45_0008 else { return nil }
    let total = Int(frame.bigEndian(at: 16, as: UInt16.self))
    guard total >= 28, total &+ 14 <= frame.byteCount else { return nil }
    // No part of a larger packet, any time to live, UDP.
    guard frame.littleEndian(at: 20, as: UInt32.self) & 0xFF00_FF3F == 0x1100_0000 else { return nil }
    let addresses: UInt64 = frame.littleEndian(at: 26)
    var header = InternetChecksum(partialSum: frame.littleEndian(at: 14))
    header.add(littleEndianWord: UInt64(frame.littleEndian(at: 22, as: UInt32.self)))
    header.add(littleEndianWord: addresses)
    guard header.isIntact else { return nil }
    let remote = IPv4Address(rawValue: UInt32(truncatingIfNeeded: addresses).bigEndian)
    guard frame.littleEndian(at: 30) == addressField, isPeer(remote) else { return nil }
    let length = total &- 20
    let swappedLength = UInt16(truncatingIfNeeded: length).byteSwapped
    guard frame.littleEndian(at: 38) == swappedLength else { return nil }
    if frame.littleEndian(at: 40, as: UInt16.self) != 0 {
      var datagram = InternetChecksum(partialSum: addresses)
      datagram.add(littleEndianWord: UInt64(swappedLength) &+ UInt64(IPv4Packet.udp) << 8)
      datagram.add(frame, at: 34, byteCount: length)
      guard datagram.isIntact else { return nil }
    }
    let port: UInt16 = frame.bigEndian(at: 34)
    guard port != 0 else { return nil }
    return ReceivedDatagram(
      source: UDPEndpoint(address: remote, port: port), destinationPort: frame.bigEndian(at: 36),
      payloadOffset: 42, payloadByteCount: length &- 8)
  }

  /// As `NetworkConfiguration.isPeer`, over numbers computed once, and on the link first.
  @inline(__always)
  private func isPeer(_ other: IPv4Address) -> Bool {
    if other.rawValue &- firstHost < hostCount { return other.rawValue != address }
    return other.isHost && !configuration.isOnLink(other)
  }

  /// Everything else: what is not a plain datagram, and why not.
  @inline(never)
  mutating func examine(_ frame: RawSpan, now: Instant) -> ReceiveAction {
    guard let ethernet = try? EthernetHeader(checking: frame) else { return drop(.frameTruncated) }
    let (destination, source, type) = (ethernet.destination, ethernet.source, ethernet.type)
    guard !source.isMulticast else { return drop(.invalidStation) }
    let isForUs = destination == configuration.hardware
    guard isForUs || destination == .broadcast else { return drop(.notForThisStation) }
    let payload = frame.extracting(EthernetHeader.byteCount..<frame.byteCount)
    switch type {
    case EthernetHeader.arp:
      guard isOther(source) else { return drop(.invalidStation) }
      return receiveARP(payload, isForUs: isForUs, now: now)
    case EthernetHeader.ipv4: return isForUs ? receiveIPv4(payload, from: source) : drop(.notForThisStation)
    default: return drop(.unknownEtherType)
    }
  }
}
