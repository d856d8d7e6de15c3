/// The places and sizes of a journal on disk, format version 2. Sectors of 512 bytes, all integers little-endian.
///
///     sector   0, 64, 128, 192   one superblock each, all alike but for their own sector number
///     sector 256 on              records, one after the other without a gap
///
/// All else in front of sector 256 is zero, so that a disk that holds anything else is told from a blank one.
public enum JournalFormat {
  /// The only version this code reads and writes. In version 1 the same inputs came to other answers: orders and matches
  /// were numbered over all symbols, and not by bucket.
  public static let version: UInt32 = 2
  /// How many copies of the superblock there are.
  public static let superblockCount = 4
  /// Sectors from one copy of the superblock to the next: 32 KiB, so that local damage hits one only.
  public static let superblockSpacing: UInt64 = 64
  /// Where the first record lies.
  public static let firstRecordSector: UInt64 = 256
  /// The longest record, and the least size of the blocks given to recovery and writer: 64 KiB.
  public static let recordSectorLimit = 128
  /// In front of each entry's bytes: their count, 16 bits.
  public static let entryPrefixByteCount = 2
  /// The longest entry: what one record of full length holds.
  public static let entryByteLimit =
    recordSectorLimit * 512 - RecordHeader.byteCount - entryPrefixByteCount
  /// The longest entry that a record of one sector holds; see `JournalWriter.hasRoom(byteCount:reserve:)`.
  public static let singleSectorEntryByteLimit = 512 - RecordHeader.byteCount - entryPrefixByteCount
  /// The smallest disk a journal is made on.
  public static let minimumSectorCount = firstRecordSector + UInt64(recordSectorLimit)

  /// Sectors of a record that holds nothing but an entry of `byteCount` bytes: the most that appending it can take.
  @inline(__always)
  public static func sectorCount(ofLoneEntry byteCount: Int) -> Int {
    sectorCount(ofByteCount: RecordHeader.byteCount &+ entryPrefixByteCount &+ byteCount)
  }

  /// How many sectors hold `byteCount` bytes.
  @inline(__always)
  static func sectorCount(ofByteCount byteCount: Int) -> Int { (byteCount &+ 511) &>> 9 }
}

/// What can be chosen per journal without changing what is on disk.
public struct JournalLimits: Sendable {
  /// The longest record that is written; at most `JournalFormat.recordSectorLimit`.
  public var groupSectorCount = JournalFormat.recordSectorLimit
  /// How far the superblock's `extentEnd` moves at a time: 1 MiB. Recovery scans at most this much behind the
  /// last record (about 16 requests), and the superblock is rewritten once for so much written.
  public var extentStepSectorCount: UInt64 = 2048

  public init() {}
}

/// The point behind a journal's last record.
public struct JournalPosition: Equatable, Sendable {
  /// Where the next record goes.
  public var sector: UInt64 = JournalFormat.firstRecordSector
  /// Records so far; also the last one's sequence number.
  public var recordCount: UInt64 = 0
  /// Entries so far; also the last one's number.
  public var entryCount: UInt64 = 0
  /// The last record's checksum, which the next one repeats; 0 when there is none.
  public var checksum: UInt64 = 0

  public init() {}
}
