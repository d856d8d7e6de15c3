/// What a network device says about itself (Virtio 1.2, 5.1.4), read and judged once while it is brought up.
struct NetworkConfiguration {
  static let deviceType: UInt32 = 1
  /// The largest IPv4 packet a frame's buffer takes.
  static let largestMTU: UInt16 = 1500
  /// What every IPv4 network carries (RFC 791, 3.2).
  static let smallestMTU: UInt16 = 68
  /// A locally administered address for a device that has none.
  static let fallbackAddress: UInt64 = 0x01_4345_5553_02

  /// Those used wherever they are offered. Not checksums or segmentation: frames are whole and checked here.
  private static var knownFeatures: VirtioFeatures {
    .version1 | .eventIndex | .networkMAC | .networkStatus
  }

  /// Without the queue of commands the device could not be told to use them.
  private static var pairFeatures: VirtioFeatures { .networkControl | .networkPairs }
  /// The most a device may say (Virtio 1.2, 5.1.4.1).
  private static let mostPairs: UInt16 = 0x8000

  /// The features to accept.
  var features: VirtioFeatures
  /// Six bytes, the first one sent lowest.
  var hardwareAddress: UInt64
  /// The largest packet, without the Ethernet header, in bytes.
  var mtu: UInt16
  /// That with the Ethernet header (IEEE 802.3-2018, 3.1.1), in bytes.
  var maximumFrameByteCount: Int { Int(mtu) + 14 }
  /// Pairs of queues the device has; 1 unless several are agreed on.
  var pairLimit: Int

  /// - Parameter wantsPairs: whether to agree on several pairs of queues where they are offered.
  init(
    _ transport: borrowing some VirtioTransport & ~Copyable, offered: VirtioFeatures, wantsPairs: Bool
  ) throws(VirtioError) {
    features = offered & Self.knownFeatures
    pairLimit = 1
    if wantsPairs && offered.contains(Self.pairFeatures) {
      let offeredPairs = transport.configurationHalf(at: 8)
      if offeredPairs >= 2 && offeredPairs <= Self.mostPairs {
        features |= Self.pairFeatures
        pairLimit = Int(offeredPairs)
      }
    }
    mtu = Self.largestMTU
    hardwareAddress = Self.fallbackAddress
    if offered.contains(.networkMTU) {
      let offeredMTU = transport.configurationHalf(at: 10)
      // A larger one would oblige us to receive frames that no buffer takes (5.1.4.2).
      if offeredMTU >= Self.smallestMTU && offeredMTU <= Self.largestMTU {
        features |= .networkMTU
        mtu = offeredMTU
      }
    }
    if offered.contains(.networkMAC) {
      hardwareAddress = try transport.stableConfiguration { Self.readHardwareAddress($0) }
      guard hardwareAddress & 1 == 0, hardwareAddress != 0 else { throw .configurationInvalid }
    }
  }

  private static func readHardwareAddress(_ transport: borrowing some VirtioTransport & ~Copyable) -> UInt64 {
    var address: UInt64 = 0
    for index in 0..<6 {
      address |= UInt64(transport.configurationByte(at: index)) << UInt64(8 * index)
    }
    return address
  }

  /// Whether the link is up; always, where the device does not say.
  static func isLinkUp(
    _ transport: borrowing some VirtioTransport & ~Copyable, features: VirtioFeatures
  ) -> Bool {
    !features.contains(.networkStatus) || transport.configurationHalf(at: 6) & 1 != 0
  }
}
