import Wire

extension NetworkStack {
  /// Writes the answer to a received frame that `receive` asked for. Traps when either is not that frame's.
  ///
  /// It goes back to the station the frame came from. Without a frame to write it to, the caller drops it and
  /// counts `noTransmitFrame`.
  ///
  /// - Parameter buffer: at least as long as `received`, and 42 bytes.
  /// - Returns: the answer's length.
  public func writeReply(_ reply: Reply, to received: RawSpan, into buffer: inout MutableRawSpan) -> Int {
    switch reply {
    case .addressResolution: writeResolution(to: received, into: &buffer)
    case .echo(let offset, let byteCount):
      writeEcho(of: received.extracting(offset..<offset + byteCount), to: received, into: &buffer)
    }
  }

  private func writeResolution(to received: RawSpan, into buffer: inout MutableRawSpan) -> Int {
    let packet = received.extracting(EthernetHeader.byteCount..<received.byteCount)
    guard let request = try? ARPPacket(checking: packet) else { preconditionFailure("not an ARP request") }
    EthernetHeader.write(
      destination: request.senderHardware, source: configuration.hardware, type: EthernetHeader.arp,
      into: &buffer)
    ARPPacket.write(
      .reply, senderHardware: configuration.hardware, senderAddress: configuration.address,
      targetHardware: request.senderHardware, targetAddress: request.senderAddress,
      into: &buffer, at: EthernetHeader.byteCount)
    return EthernetHeader.byteCount + ARPPacket.byteCount
  }

  private func writeEcho(of message: RawSpan, to received: RawSpan, into buffer: inout MutableRawSpan) -> Int
  {
    let messageOffset = EthernetHeader.byteCount + IPv4Packet.minimumHeaderByteCount
    guard let request = try? ICMPEcho(checking: message) else { preconditionFailure("not an echo request") }
    EthernetHeader.write(
      destination: received.macAddress(at: 6), source: configuration.hardware, type: EthernetHeader.ipv4,
      into: &buffer)
    IPv4Packet.writeHeader(
      source: configuration.address, destination: received.ipv4Address(at: 26),
      transportProtocol: IPv4Packet.icmp, payloadByteCount: message.byteCount,
      into: &buffer, at: EthernetHeader.byteCount)
    request.writeReply(into: &buffer, at: messageOffset)
    return messageOffset + message.byteCount
  }
}
