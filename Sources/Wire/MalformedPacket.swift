/// Why bytes from the network are not what they claim to be. Anyone on the network can cause any of these.
public enum MalformedPacket: Error, Equatable, Sendable {
  /// Shorter than the header, or than a length the header states.
  case truncated
  /// Not version 4.
  case badVersion
  /// A header length below the least, or beyond the packet.
  case badHeaderLength
  /// A total or datagram length that contradicts the one of the layer around it.
  case lengthMismatch
  case badChecksum
  /// A part of a larger packet; parts are not put together.
  case fragment
  /// ARP for something else than IPv4 over Ethernet.
  case unknownAddressKind
  /// An operation or message type that is not handled.
  case unknownOperation
}
