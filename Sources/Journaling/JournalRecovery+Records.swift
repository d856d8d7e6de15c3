import Buffers
import Wire

/// Reading the records and handing out their entries.
///
/// Questions about the record are `mutating` because the compiler copies the whole state to ask them otherwise.
extension JournalRecovery {
  /// The bytes of the entry that `nextEntry()` moved to; valid until a completion is taken.
  public var entry: RawSpan {
    @_lifetime(borrow self) get {
      return block.bytes.extracting(entryRange)
    }
  }

  /// Moves to the next entry that was read; false when none is left and the next request can be made.
  public mutating func nextEntry() -> Bool {
    if unreadEntries.isEmpty {
      guard case .records = phase else { return false }
      takeRecord()
      guard !unreadEntries.isEmpty else { return false }
    }
    let start = unreadEntries.lowerBound + JournalFormat.entryPrefixByteCount
    let byteCount: UInt16 = block.bytes.littleEndian(at: unreadEntries.lowerBound)
    entryRange = start..<start + Int(byteCount)
    unreadEntries = entryRange.upperBound..<unreadEntries.upperBound
    entryNumber += 1
    return true
  }

  /// Takes the record at `position` from the block, if it lies in it wholly; else the next request reads it.
  mutating func takeRecord() {
    let sector = position.sector
    guard sector < end else { return settle() }
    guard window.contains(sector) else { return }
    let offset = byteOffset(of: sector)
    guard let header = header(at: sector), follows(header) else { return endRecords() }
    let nextSector = sector + UInt64(header.sectorCount)
    guard nextSector <= window.upperBound else { return }
    let bodyStart = offset + RecordHeader.byteCount
    let body = bodyStart..<bodyStart + Int(header.bodyByteCount)
    guard isWhole(header, body: body) else { return endRecords() }
    guard nextSector <= superblock.extentEnd else { return failDamaged() }
    position.sector = nextSector
    position.recordCount = header.sequence
    position.entryCount += UInt64(header.entryCount)
    position.checksum = RecordHeader.checksum(in: block.bytes.extracting(offset..<bodyStart))
    record = header
    unreadEntries = body
  }

  /// The whole header of this journal at a sector in the block, wherever it belongs in the sequence.
  mutating func header(at sector: UInt64) -> RecordHeader? {
    let offset = byteOffset(of: sector)
    let bytes = block.bytes.extracting(offset..<offset + Block.sectorByteCount)
    guard let header = RecordHeader(bytes), header.journalID == superblock.journalID, header.sector == sector
    else { return nil }
    return header
  }

  func byteOffset(of sector: UInt64) -> Int { Int(sector - window.lowerBound) * Block.sectorByteCount }

  /// Whether a whole header continues the sequence at `position`.
  private mutating func follows(_ header: RecordHeader) -> Bool {
    header.sequence == position.recordCount + 1
      && header.previousChecksum == position.checksum
      && header.firstEntry == position.entryCount + 1
      && header.durableThrough <= position.entryCount
      && isOfItsEpoch(header)
      && header.sectorCount <= JournalFormat.recordSectorLimit
      && position.sector + UInt64(header.sectorCount) <= end
  }

  private mutating func isOfItsEpoch(_ header: RecordHeader) -> Bool {
    header.sequence >= superblock.epochFirstSequence
      ? header.epoch == superblock.epoch : header.epoch < superblock.epoch
  }

  /// Whether a record's body is what was written, and its entries fill it exactly.
  private mutating func isWhole(_ header: RecordHeader, body: Range<Int>) -> Bool {
    let bytes = block.bytes.extracting(body)
    guard !verifiesBodies || Checksum.of(bytes) == header.bodyChecksum else { return false }
    var offset = 0
    var count: UInt32 = 0
    while bytes.byteCount - offset >= JournalFormat.entryPrefixByteCount {
      let byteCount: UInt16 = bytes.littleEndian(at: offset)
      offset += JournalFormat.entryPrefixByteCount + Int(byteCount)
      count += 1
    }
    return offset == bytes.byteCount && count == header.entryCount && count > 0
  }
}
