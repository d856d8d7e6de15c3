import Wire

/// A header of a partition table that was found to be in order (UEFI 2.10, 5.3.2).
///
///     0 "EFI PART"     8 revision (32 bits)     12 header's size (32)     16 header's CRC-32     20 zero (32)
///     24 own block     32 the other header's block     40 first and 48 last block for partitions     56 disk's GUID
///     72 first block of the entries     80 number of entries (32)     84 size of an entry (32)     88 entries' CRC-32
///
/// Every block number in it is inside the disk, of which there are fewer than 2^54, so that sums and products with them do
/// not overflow.
struct TableHeader: Sendable {
  private static let revision: UInt32 = 0x0001_0000
  private static let leastByteCount = 92
  /// Of the entries: what one read of `PartitionSearch.readSectorLimit` sectors takes.
  private static let mostEntriesByteCount: UInt64 = 65_536

  let blockSectorCount: UInt64
  let usableBlocks: ClosedRange<UInt64>
  let firstEntriesBlock: UInt64
  let entryCount: Int
  let entryByteCount: Int
  let entriesChecksum: UInt32

  /// Whether something that means to be a header stands at the start of `bytes`.
  static func isPresent(in bytes: RawSpan) -> Bool {
    bytes.word64(at: 0) == 0x5452_4150_2049_4645
  }

  /// Judges the sector where `copy` begins, on a disk of `sectorCount` sectors.
  ///
  /// - Parameter verifiesChecksum: false only in a test that shows what the checksum is good for.
  init(
    _ bytes: RawSpan, _ copy: TableCopy, ownBlock: UInt64, sectorCount: UInt64, verifiesChecksum: Bool
  ) throws(PartitionTableError) {
    try Self.checkWholeness(bytes, verifiesChecksum)
    guard bytes.word32(at: 8) == Self.revision else { throw .revisionUnknown }
    guard bytes.word64(at: 24) == ownBlock else { throw .headerMisplaced }
    blockSectorCount = copy.blockSectorCount
    usableBlocks = try Self.usableBlocks(bytes, blockCount: sectorCount / copy.blockSectorCount)
    let count = bytes.word32(at: 80)
    let size = bytes.word32(at: 84)
    guard size == 128 || size == 256 || size == 512, count > 0,
      UInt64(count) * UInt64(size) <= Self.mostEntriesByteCount
    else { throw .entriesUnsupported }
    entryCount = Int(count)
    entryByteCount = Int(size)
    entriesChecksum = bytes.word32(at: 88)
    firstEntriesBlock = bytes.word64(at: 72)
    guard entriesHavePlace(copy, ownBlock: ownBlock) else { throw .entriesMisplaced }
  }

  /// The checksum is that of the header with the checksum itself as zero.
  private static func checkWholeness(
    _ bytes: RawSpan, _ verifiesChecksum: Bool
  ) throws(PartitionTableError) {
    let byteCount = Int(bytes.word32(at: 12))
    guard byteCount >= leastByteCount, byteCount <= bytes.byteCount else { throw .headerSizeInvalid }
    var checksum = CRC32()
    checksum.add(bytes.extracting(0..<16))
    for _ in 0..<4 { checksum.add(0) }
    checksum.add(bytes.extracting(20..<byteCount))
    guard checksum.value == bytes.word32(at: 16) || !verifiesChecksum else {
      throw .headerChecksumWrong
    }
  }

  private static func usableBlocks(
    _ bytes: RawSpan, blockCount: UInt64
  ) throws(PartitionTableError) -> ClosedRange<UInt64> {
    let first = bytes.word64(at: 40)
    let last = bytes.word64(at: 48)
    guard first > 1, first <= last else { throw .usableRangeInvalid }
    guard last < blockCount else { throw .diskCut }
    return first...last
  }

  /// The first table's entries lie between its header and the partitions, the backup's between those and its header.
  private func entriesHavePlace(_ copy: TableCopy, ownBlock: UInt64) -> Bool {
    let start = copy.isBackup ? usableBlocks.upperBound &+ 1 : ownBlock &+ 1
    let end = copy.isBackup ? ownBlock : usableBlocks.lowerBound
    guard firstEntriesBlock >= start, firstEntriesBlock < end else { return false }
    let blockCount = (entriesSectorCount &+ blockSectorCount &- 1) / blockSectorCount
    return blockCount <= end &- firstEntriesBlock
  }

  var entriesByteCount: Int { entryCount &* entryByteCount }

  private var entriesSectorCount: UInt64 { UInt64(truncatingIfNeeded: entriesByteCount &+ 511) / 512 }

  /// Where the entries are.
  var entriesSectors: Range<UInt64> {
    let first = firstEntriesBlock &* blockSectorCount
    return first..<first &+ entriesSectorCount
  }
}
