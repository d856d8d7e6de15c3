public import Wire

/// Who this machine is on its one link.
public struct NetworkConfiguration: Sendable {
  public let hardware: MACAddress
  public let address: IPv4Address
  /// How many leading bits of an address name the link's network, 1 to 32.
  public let prefixBitCount: Int
  /// Where packets for other networks go; none when there is no way out.
  public let gateway: IPv4Address?

  /// - Returns: nothing when the addresses are not ones a host can have, the prefix is not in 1...32, or the
  ///   gateway is not another host on the link.
  public init?(hardware: MACAddress, address: IPv4Address, prefixBitCount: Int, gateway: IPv4Address?) {
    guard hardware.isStation, address.isHost, prefixBitCount >= 1, prefixBitCount <= 32 else { return nil }
    self.hardware = hardware
    self.address = address
    self.prefixBitCount = prefixBitCount
    self.gateway = gateway
    guard !isNetworkOrBroadcast(address) else { return nil }
    if let gateway {
      guard gateway.isHost, gateway != address, isOnLink(gateway), !isNetworkOrBroadcast(gateway) else {
        return nil
      }
    }
  }

  /// The bits that name the network.
  var mask: UInt32 { UInt32.max << UInt32(32 - prefixBitCount) }

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

  /// Whether `other` can be one other host: where from datagrams are taken and where to they are sent.
  public func isPeer(_ other: IPv4Address) -> Bool {
    other.isHost && other != address && !isNetworkOrBroadcast(other)
  }
}
