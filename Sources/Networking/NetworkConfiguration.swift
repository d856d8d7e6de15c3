public import Wire

/// Who this machine is on its one link.
public struct NetworkConfiguration: Sendable {
  public let hardware: MACAddress
  public let address: IPv4Address
  /// How many leading bits of an address name the link's network, 8 to 32.
  public let prefixBitCount: Int
  /// The bits that name the network.
  let mask: UInt32
  /// Where packets for other networks go; none when there is no way out.
  public let gateway: IPv4Address?

  /// - Returns: nothing when the addresses are not ones a host can have, the prefix is not in 8...32, or the
  ///   gateway is not another host on the link.
  public init?(hardware: MACAddress, address: IPv4Address, prefixBitCount: Int, gateway: IPv4Address?) {
    guard hardware.isStation, address.isHost, prefixBitCount >= 8, prefixBitCount <= 32 else { return nil }
    self.hardware = hardware
    self.address = address
    self.prefixBitCount = prefixBitCount
    self.gateway = gateway
    mask = UInt32.max << UInt32(32 - prefixBitCount)
    guard !isNetworkOrBroadcast(address) else { return nil }
    if let gateway {
      guard gateway.isHost, gateway != address, isOnLink(gateway), !isNetworkOrBroadcast(gateway) else {
        return nil
      }
    }
  }

  /// Whether `other` is reached without a gateway.
  public func isOnLink(_ other: IPv4Address) -> Bool {
    (other.rawValue ^ address.rawValue) & mask == 0
  }

  /// Whether `other` is the link's directed broadcast, or its network itself; a /31 or /32 has neither (RFC 3021).
  public func isNetworkOrBroadcast(_ other: IPv4Address) -> Bool {
    guard prefixBitCount <= 30, isOnLink(other) else { return false }
    let host = other.rawValue & ~mask
    return host == 0 || host == ~mask
  }

  /// The first address on the link that a host can have, and how many there are; ours is one of them.
  var hosts: (first: UInt32, count: UInt32) {
    let network = address.rawValue & mask
    return prefixBitCount <= 30 ? (network + 1, ~mask - 1) : (network, ~mask + 1)
  }

  /// Whether `other` can be one other host: where from datagrams are taken and where to they are sent.
  public func isPeer(_ other: IPv4Address) -> Bool {
    other.isHost && other != address && !isNetworkOrBroadcast(other)
  }
}
