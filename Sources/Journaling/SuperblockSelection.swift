/// Finds the superblock in force among the copies, and tells a blank disk from a foreign one.
struct SuperblockSelection: Sendable {
  /// The whole copy with the highest generation so far.
  private(set) var best: Superblock?
  private var foreignVersion: UInt32?
  private var sawSuperblock = false
  private var sawData = false

  /// Takes the next part of the area in front of the records, which begins at `sector`, a multiple of the
  /// copies' spacing.
  mutating func take(_ bytes: RawSpan, sector: UInt64) {
    var copySector = sector
    var offset = 0
    while offset < bytes.byteCount {
      takeCopy(bytes.extracting(offset..<offset + Superblock.byteCount), sector: copySector)
      copySector += JournalFormat.superblockSpacing
      offset += Int(JournalFormat.superblockSpacing) * Superblock.byteCount
    }
    if best == nil, !sawData { sawData = !bytes.isZero }
  }

  private mutating func takeCopy(_ bytes: RawSpan, sector: UInt64) {
    if let copy = Superblock(bytes, sector: sector) {
      if best.map({ $0.generation < copy.generation }) ?? true { best = copy }
    } else if let version = Superblock.version(in: bytes) {
      sawSuperblock = true
      if version != JournalFormat.version { foreignVersion = version }
    }
  }

  /// The superblock in force, or nothing for a blank disk.
  var result: Result<Superblock?, JournalError> {
    if let best { return .success(best) }
    if let foreignVersion { return .failure(.unsupportedVersion(foreignVersion)) }
    if sawSuperblock { return .failure(.superblockDamaged) }
    return sawData ? .failure(.notAJournal) : .success(nil)
  }
}
