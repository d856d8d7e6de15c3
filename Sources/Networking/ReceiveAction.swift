public import Wire

/// What is to be done about a received frame.
public enum ReceiveAction: Sendable {
  /// It holds a UDP datagram for this host.
  case datagram(ReceivedDatagram)
  /// It wants an answer: take a frame for transmission and have it written by `NetworkStack.writeReply`.
  case reply(Reply)
  /// It was for the stack itself; nothing is to be done.
  case none
  /// It was dropped, and counted.
  case dropped(DropReason)
}

/// Where a datagram's payload lies in its frame, and who sent it to which port.
@frozen public struct ReceivedDatagram: Equatable, Sendable {
  public let source: UDPEndpoint
  public let destinationPort: UInt16
  private let offset: UInt16
  private let byteCount: UInt16

  @inline(__always)
  init(source: UDPEndpoint, destinationPort: UInt16, payloadOffset: Int, payloadByteCount: Int) {
    self.source = source
    self.destinationPort = destinationPort
    offset = UInt16(truncatingIfNeeded: payloadOffset)
    byteCount = UInt16(truncatingIfNeeded: payloadByteCount)
  }

  @inline(__always) public var payloadOffset: Int { Int(offset) }
  @inline(__always) public var payloadByteCount: Int { Int(byteCount) }
}

/// What a received frame wants as an answer.
public enum Reply: Equatable, Sendable {
  /// Our station's address (ARP).
  case addressResolution
  /// Its ICMP message back; where that lies in the frame.
  case echo(messageOffset: Int, messageByteCount: Int)
}
