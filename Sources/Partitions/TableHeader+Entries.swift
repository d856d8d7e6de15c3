import Wire

/// The entries of a table (UEFI 2.10, 5.3.3): 0 type, 16 own GUID, 32 first and 40 last block, 48 attributes, 56 name.
extension TableHeader {
  private struct Entry {
    let type: PartitionType
    let firstBlock: UInt64
    let lastBlock: UInt64

    func overlaps(_ other: Entry) -> Bool {
      firstBlock <= other.lastBlock && other.firstBlock <= lastBlock
    }
  }

  /// The only partition of `type` among the entries that begin `bytes`; nothing when there is none. Complexity: O(n).
  ///
  /// - Parameter verifiesChecksum: as for the header.
  func partition(
    of type: PartitionType, in bytes: RawSpan, verifiesChecksum: Bool
  ) throws(PartitionTableError) -> PartitionPlace? {
    var checksum = CRC32()
    checksum.add(bytes.extracting(0..<entriesByteCount))
    guard checksum.value == entriesChecksum || !verifiesChecksum else { throw .entriesChecksumWrong }
    guard let number = try number(of: type, in: bytes) else { return nil }
    let found = entry(number, bytes)
    for other in 1...entryCount where other != number {
      let entry = entry(other, bytes)
      guard entry.type == .unused || !entry.overlaps(found) else { throw .partitionsOverlap }
    }
    return PartitionPlace(
      number: number, firstSector: found.firstBlock &* blockSectorCount,
      sectorCount: (found.lastBlock &- found.firstBlock &+ 1) &* blockSectorCount)
  }

  /// Checks where the partitions are, and counts them from 1 to the one of `type`.
  private func number(of type: PartitionType, in bytes: RawSpan) throws(PartitionTableError) -> Int? {
    var found: Int?
    for number in 1...entryCount {
      let entry = entry(number, bytes)
      guard entry.type != .unused else { continue }
      guard entry.firstBlock <= entry.lastBlock, usableBlocks.contains(entry.firstBlock),
        usableBlocks.contains(entry.lastBlock)
      else { throw .partitionOutOfRange }
      guard entry.type == type else { continue }
      guard found == nil else { throw .severalPartitions }
      found = number
    }
    return found
  }

  @inline(never)
  private func entry(_ number: Int, _ bytes: RawSpan) -> Entry {
    let offset = (number &- 1) &* entryByteCount
    return Entry(
      type: PartitionType(bytes, at: offset), firstBlock: bytes.word64(at: offset &+ 32),
      lastBlock: bytes.word64(at: offset &+ 40))
  }
}
