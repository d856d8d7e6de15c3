/// Why a frame was dropped, or something was not sent. The order is that of `NetworkCounters`.
public enum DropReason: UInt8, Sendable {
  /// Shorter than an Ethernet header.
  case frameTruncated
  /// For another station, or an IPv4 packet sent to a group of stations (RFC 1122, 3.3.6).
  case notForThisStation
  /// The sending station is a group; or, where the answer would go there, none or this machine.
  case invalidStation
  /// Neither IPv4 nor ARP.
  case unknownEtherType

  case arpMalformed
  /// About an address that is neither ours nor one we know.
  case arpNotForThisHost
  /// From an address or station that no host on the link can have.
  case arpInvalidSender
  /// Somebody else claims our address.
  case arpAddressConflict
  /// An answer to nothing we asked.
  case arpUnsolicitedReply

  case ipv4Truncated
  case ipv4BadVersion
  case ipv4BadHeaderLength
  case ipv4BadLength
  case ipv4BadChecksum
  /// Parts of packets are not put together.
  case ipv4Fragment
  case ipv4NotForThisHost
  /// From an address no single other host can have.
  case ipv4InvalidSource
  /// Neither UDP nor ICMP.
  case ipv4UnknownProtocol

  case icmpTruncated
  case icmpBadChecksum
  /// Anything but an echo request.
  case icmpNotHandled

  case udpTruncated
  case udpBadLength
  case udpBadChecksum
  /// From port 0, which cannot be answered.
  case udpInvalidSource
  /// For a port nobody listens on; counted by whoever dispatches on ports. No ICMP message is sent: the sender's
  /// retries tell it, and the machine cannot be used to reflect traffic.
  case udpNoListener

  /// A reply for which there was no frame to write it to.
  case noTransmitFrame
  /// Something to send to an address no single other host can have.
  case invalidDestination
  /// Something to send beyond the link, and no gateway is configured.
  case noGateway
  /// Something to send to a host that did not answer address resolution.
  case hostUnreachable

  /// How many reasons there are.
  public static let count = Int(hostUnreachable.rawValue) + 1

  /// The reason as counters are printed.
  public var name: StaticString {
    switch self {
    case .frameTruncated: "frame-truncated"
    case .notForThisStation: "not-for-this-station"
    case .invalidStation: "invalid-station"
    case .unknownEtherType: "unknown-ethertype"
    case .arpMalformed: "arp-malformed"
    case .arpNotForThisHost: "arp-not-for-this-host"
    case .arpInvalidSender: "arp-invalid-sender"
    case .arpAddressConflict: "arp-address-conflict"
    case .arpUnsolicitedReply: "arp-unsolicited-reply"
    case .ipv4Truncated: "ipv4-truncated"
    case .ipv4BadVersion: "ipv4-bad-version"
    case .ipv4BadHeaderLength: "ipv4-bad-header-length"
    case .ipv4BadLength: "ipv4-bad-length"
    case .ipv4BadChecksum: "ipv4-bad-checksum"
    case .ipv4Fragment: "ipv4-fragment"
    case .ipv4NotForThisHost: "ipv4-not-for-this-host"
    case .ipv4InvalidSource: "ipv4-invalid-source"
    case .ipv4UnknownProtocol: "ipv4-unknown-protocol"
    case .icmpTruncated: "icmp-truncated"
    case .icmpBadChecksum: "icmp-bad-checksum"
    case .icmpNotHandled: "icmp-not-handled"
    case .udpTruncated: "udp-truncated"
    case .udpBadLength: "udp-bad-length"
    case .udpBadChecksum: "udp-bad-checksum"
    case .udpInvalidSource: "udp-invalid-source"
    case .udpNoListener: "udp-no-listener"
    case .noTransmitFrame: "no-transmit-frame"
    case .invalidDestination: "invalid-destination"
    case .noGateway: "no-gateway"
    case .hostUnreachable: "host-unreachable"
    }
  }
}
