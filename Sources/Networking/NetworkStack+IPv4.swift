import Wire

// IPv4, ICMP and UDP with every reason told apart.
extension NetworkStack {
  mutating func receiveIPv4(_ bytes: RawSpan, from station: MACAddress) -> ReceiveAction {
    do throws(MalformedPacket) {
      let packet = try IPv4Packet(checking: bytes)
      if let reason = refusal(of: packet) { return drop(reason) }
      let payload = bytes.extracting(packet.headerByteCount..<packet.totalByteCount)
      let offset = EthernetHeader.byteCount + packet.headerByteCount
      if packet.transportProtocol == IPv4Packet.icmp {
        return receiveICMP(payload, at: offset, from: station)
      }
      return receiveUDP(payload, at: offset, from: packet.source, pseudoHeader: packet.pseudoHeaderSum)
    } catch {
      return drop(.init(ipv4: error))
    }
  }

  /// Why a sound packet is not taken. Its time to live does not matter here (RFC 1122, 3.2.1.7).
  private func refusal(of packet: borrowing IPv4Packet) -> DropReason? {
    guard packet.destination == configuration.address else { return .ipv4NotForThisHost }
    guard configuration.isPeer(packet.source) else { return .ipv4InvalidSource }
    guard !packet.isFragment else { return .ipv4Fragment }
    guard packet.transportProtocol == IPv4Packet.udp || packet.transportProtocol == IPv4Packet.icmp else {
      return .ipv4UnknownProtocol
    }
    return nil
  }

  private mutating func receiveICMP(
    _ message: RawSpan, at offset: Int, from station: MACAddress
  ) -> ReceiveAction {
    guard isOther(station) else { return drop(.invalidStation) }
    do throws(MalformedPacket) {
      guard try ICMPEcho(checking: message).isRequest else { return drop(.icmpNotHandled) }
      counters.replies &+= 1
      return .reply(.echo(messageOffset: offset, messageByteCount: message.byteCount))
    } catch {
      return drop(.init(icmp: error))
    }
  }

  /// Whether a station can be answered.
  func isOther(_ station: MACAddress) -> Bool {
    station.isStation && station != configuration.hardware
  }

  private mutating func receiveUDP(
    _ bytes: RawSpan, at offset: Int, from source: IPv4Address, pseudoHeader: InternetChecksum
  ) -> ReceiveAction {
    do throws(MalformedPacket) {
      let datagram = try UDPDatagram(checking: bytes, pseudoHeader: pseudoHeader)
      guard datagram.sourcePort != 0 else { return drop(.udpInvalidSource) }
      counters.datagrams &+= 1
      return .datagram(
        ReceivedDatagram(
          source: UDPEndpoint(address: source, port: datagram.sourcePort),
          destinationPort: datagram.destinationPort,
          payloadOffset: offset + UDPDatagram.headerByteCount, payloadByteCount: datagram.payloadByteCount))
    } catch {
      return drop(.init(udp: error))
    }
  }
}

extension DropReason {
  init(ipv4 error: MalformedPacket) {
    switch error {
    case .badVersion: self = .ipv4BadVersion
    case .badHeaderLength: self = .ipv4BadHeaderLength
    case .lengthMismatch: self = .ipv4BadLength
    case .badChecksum: self = .ipv4BadChecksum
    case .fragment: self = .ipv4Fragment
    case .truncated, .unknownAddressKind, .unknownOperation: self = .ipv4Truncated
    }
  }

  init(icmp error: MalformedPacket) {
    switch error {
    case .badChecksum: self = .icmpBadChecksum
    case .truncated: self = .icmpTruncated
    default: self = .icmpNotHandled
    }
  }

  init(udp error: MalformedPacket) {
    switch error {
    case .lengthMismatch: self = .udpBadLength
    case .badChecksum: self = .udpBadChecksum
    default: self = .udpTruncated
    }
  }
}
