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
    guard let frame = UDPFrame(frame) else { return nil }
    guard frame.destinationField == station, !frame.isFromGroup else { return nil }
    let (remote, port) = (frame.source, frame.sourcePort)
    guard frame.destinationAddressField == addressField, isPeer(remote), port != 0 else { return nil }
    guard frame.isIntact else { return nil }
    return ReceivedDatagram(
      source: UDPEndpoint(address: remote, port: port), destinationPort: frame.destinationPort,
      payloadOffset: UDPFrame.headerByteCount, payloadByteCount: frame.payloadByteCount)
  }

  /// As `NetworkConfiguration.isPeer`, over numbers computed once; those on the link first.
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
