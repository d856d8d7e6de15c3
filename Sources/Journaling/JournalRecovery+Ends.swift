import Buffers

/// What lies in front of the records, what lies behind them, and the new epoch.
extension JournalRecovery {
  /// Takes a part of the area in front of the records from the block.
  mutating func takeSuperblocks() {
    let byteCount = Int(window.upperBound - window.lowerBound) * Block.sectorByteCount
    var selection = superblocks
    selection.take(block.bytes.extracting(0..<byteCount), sector: window.lowerBound)
    superblocks = selection
    phase = .superblocks(next: window.upperBound)
    guard window.upperBound == JournalFormat.firstRecordSector else { return }
    switch selection.result {
    case .success(let found?): open(found)
    case .success(nil): settle()
    case .failure(let error): fail(error)
    }
  }

  private mutating func open(_ found: Superblock) {
    guard found.sectorCount <= end else {
      return fail(.diskTooSmall(sectorCount: end, needed: found.sectorCount))
    }
    superblock = found
    phase = .records
  }

  /// No record was ever written at this sector or beyond.
  var scanEnd: UInt64 { min(superblock.extentEnd, end) }

  /// Begins to look behind the record at `position`, which is in the block and not whole.
  mutating func endRecords() {
    guard position.recordCount >= superblock.durableRecordCount else { return failDamaged() }
    if let header = header(at: position.sector), header.sequence > position.recordCount + 1 {
      return failDamaged()
    }
    let offset = byteOffset(of: position.sector)
    if !block.bytes.extracting(offset..<offset + Block.sectorByteCount).isZero {
      tornTailSector = position.sector
    }
    phase = .tail(next: position.sector + 1)
    searchTail()
  }

  /// Looks for a record in the sectors that the block holds.
  mutating func searchTail() {
    guard case .tail(var next) = phase else { return }
    let limit = min(window.upperBound, scanEnd)
    while next < limit {
      if let header = header(at: next), header.sequence > position.recordCount { return failDamaged() }
      next += 1
    }
    phase = .tail(next: next)
    if next >= scanEnd { settle() }
  }

  mutating func failDamaged() {
    fail(.damaged(sector: position.sector, sequence: position.recordCount + 1))
  }

  /// All records are read: begins a new epoch, unless nothing may be written.
  mutating func settle() {
    guard purpose == .appending else { return end(.finished) }
    superblock.generation &+= 1
    superblock.sectorCount = end
    superblock.epoch &+= 1
    superblock.epochFirstSequence = position.recordCount + 1
    superblock.durableRecordCount = position.recordCount
    superblock.extend(for: position.sector, step: limits.extentStepSectorCount)
    phase = .settling(SuperblockUpdate(flushesFirst: true))
  }
}
