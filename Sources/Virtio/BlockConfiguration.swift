import Buffers

/// What a block device says about itself (Virtio 1.2, 5.2.4), read and judged once while it is brought up.
struct BlockConfiguration {
  static let deviceType: UInt32 = 2
  /// Sectors of a disk whose size in bytes still fits 63 bits.
  static let largestSectorCount: UInt64 = 1 << 54
  /// The most sectors asked for at once when the device sets no limit: 32 MiB.
  static let unlimitedRequestSectorCount = 65_536

  /// Those used wherever they are offered.
  private static var knownFeatures: VirtioFeatures {
    .version1 | .eventIndex | .blockSegmentSizeLimit | .blockSegmentCountLimit | .blockReadOnly | .blockSize
      | .blockFlush
  }

  /// The features to accept.
  let features: VirtioFeatures
  /// The size of the disk in sectors of 512 bytes.
  var sectorCount: UInt64
  /// The unit the device prefers, in bytes.
  let preferredByteCount: Int
  /// The most sectors of one request, whose data is a single segment.
  let requestSectorCount: Int

  init(_ transport: borrowing some VirtioTransport & ~Copyable, offered: VirtioFeatures) throws(VirtioError) {
    features = offered & Self.knownFeatures
    sectorCount = try Self.readSectorCount(transport)
    preferredByteCount = try Self.readPreferredByteCount(transport, offered: offered)
    requestSectorCount = try Self.readRequestLimit(transport, offered: offered)
  }

  static func readSectorCount(
    _ transport: borrowing some VirtioTransport & ~Copyable
  ) throws(VirtioError) -> UInt64 {
    let count = try transport.stableConfiguration {
      UInt64($0.configurationWord(at: 0)) | UInt64($0.configurationWord(at: 4)) << 32
    }
    guard count <= largestSectorCount else { throw .configurationInvalid }
    return count
  }

  private static func readPreferredByteCount(
    _ transport: borrowing some VirtioTransport & ~Copyable, offered: VirtioFeatures
  ) throws(VirtioError) -> Int {
    guard offered.contains(.blockSize) else { return Block.sectorByteCount }
    let byteCount = transport.configurationWord(at: 20)
    guard byteCount >= 512, byteCount <= 65_536, byteCount & (byteCount - 1) == 0 else {
      throw .configurationInvalid
    }
    return Int(byteCount)
  }

  private static func readRequestLimit(
    _ transport: borrowing some VirtioTransport & ~Copyable, offered: VirtioFeatures
  ) throws(VirtioError) -> Int {
    if offered.contains(.blockSegmentCountLimit) && transport.configurationWord(at: 12) == 0 {
      throw .configurationInvalid
    }
    guard offered.contains(.blockSegmentSizeLimit) else { return unlimitedRequestSectorCount }
    let sectorCount = Int(transport.configurationWord(at: 8)) / Block.sectorByteCount
    guard sectorCount > 0 else { throw .configurationInvalid }
    return min(sectorCount, unlimitedRequestSectorCount)
  }
}
