/// Why a journal cannot be opened.
public enum JournalError: Error, Equatable, Sendable {
  /// The disk refuses writes: set up by the operator.
  case readOnlyDisk
  /// The disk offers no flush, so nothing written to it is known to be durable: set up by the operator.
  case diskCannotFlush
  /// The disk has fewer sectors than the journal on it says, or than any journal needs.
  case diskTooSmall(sectorCount: UInt64, needed: UInt64)
  /// The disk is neither blank nor a journal: a wrong disk was given.
  case notAJournal
  /// The journal was written by another version of this program.
  case unsupportedVersion(UInt32)
  /// It was a journal, but no copy of its superblock is whole: the disk is failing, or was written over.
  case superblockDamaged
  /// The record with this sequence number, expected at this sector, was written and is not whole: as above.
  case damaged(sector: UInt64, sequence: UInt64)
  /// The disk reported an error for a read that began at this sector.
  case readFailed(sector: UInt64)
  /// The disk reported an error for a write to this sector.
  case writeFailed(sector: UInt64)
  /// The disk reported an error for a flush.
  case flushFailed

  /// What happened and what to do, in one line without numbers.
  public var message: StaticString {
    switch self {
    case .readOnlyDisk:
      "the journal's disk is read-only: attach it writable, or boot with durability=none"
    case .diskCannotFlush:
      "the journal's disk offers no flush: enable its write cache, or boot with durability=none"
    case .diskTooSmall:
      "the disk is smaller than the journal on it, or than any journal: give back the whole disk"
    case .notAJournal:
      "not a Sluice journal: attach another disk, or zero this one's first 128 KiB to make it one"
    case .unsupportedVersion:
      "the journal has a format this version does not know: use the version that wrote it"
    case .superblockDamaged:
      "all copies of the journal's superblock are damaged: restore the disk from a copy"
    case .damaged:
      "the journal is damaged before its end: restore the disk from a copy"
    case .readFailed:
      "the disk failed to read the journal"
    case .writeFailed:
      "the disk failed to write the journal"
    case .flushFailed:
      "the disk failed to flush the journal"
    }
  }

  /// The sector concerned, when there is one.
  public var sector: UInt64? {
    switch self {
    case .damaged(let sector, _), .readFailed(let sector), .writeFailed(let sector): sector
    default: nil
    }
  }

  /// The sequence number of the record concerned, when there is one.
  public var sequence: UInt64? {
    if case .damaged(_, let sequence) = self { sequence } else { nil }
  }
}
