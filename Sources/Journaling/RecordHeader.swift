import Buffers
import Wire

/// What stands in front of each record: one group of entries that became durable together.
///
///     0 magic            8 version (32 bits), 12 entry count (32 bits)
///     16 journal id     24 own sector     32 epoch     40 sequence, from 1
///     48 number of the first entry, from 1             56 durable through
///     64 body byte count (32 bits), 68 zero (32 bits)
///     72 checksum of the record before                 80 checksum of the body
///     88 checksum of bytes 0 to 87
///
/// The body follows: per entry a 16-bit byte count and the bytes. The rest of the last sector is zero.
public struct RecordHeader: Equatable, Sendable {
  /// The header's size.
  public static let byteCount = 96
  /// "sluiceRC" as it stands on disk.
  static let magic: UInt64 = 0x4352_6563_6975_6C73

  /// The journal the record belongs to.
  public var journalID: UInt64
  /// The sector it was written to, so that a misdirected write is noticed.
  public var sector: UInt64
  /// The boot that wrote it.
  public var epoch: UInt64
  /// Its place among the journal's records.
  public var sequence: UInt64
  /// The number of its first entry.
  public var firstEntry: UInt64
  /// How many of the journal's entries were durable when it was written.
  public var durableThrough: UInt64
  /// How many entries it holds.
  public var entryCount: UInt32
  /// The bytes of all its entries with their counts.
  public var bodyByteCount: UInt32
  /// The header checksum of the record before it.
  public var previousChecksum: UInt64
  /// The checksum of the body.
  public var bodyChecksum: UInt64

  /// Sectors the whole record takes.
  public var sectorCount: Int {
    JournalFormat.sectorCount(ofByteCount: Self.byteCount &+ Int(bodyByteCount))
  }

  /// Writes the header to the first bytes of `buffer`; returns its checksum.
  @_lifetime(buffer: copy buffer)
  func encode(into buffer: inout MutableRawSpan) -> UInt64 {
    precondition(buffer.byteCount >= Self.byteCount)
    buffer.storeLittleEndian(Self.magic, at: 0)
    buffer.storeLittleEndian(JournalFormat.version, at: 8)
    buffer.storeLittleEndian(entryCount, at: 12)
    buffer.storeLittleEndian(journalID, at: 16)
    buffer.storeLittleEndian(sector, at: 24)
    buffer.storeLittleEndian(epoch, at: 32)
    buffer.storeLittleEndian(sequence, at: 40)
    buffer.storeLittleEndian(firstEntry, at: 48)
    buffer.storeLittleEndian(durableThrough, at: 56)
    buffer.storeLittleEndian(bodyByteCount, at: 64)
    buffer.storeLittleEndian(UInt32(0), at: 68)
    buffer.storeLittleEndian(previousChecksum, at: 72)
    buffer.storeLittleEndian(bodyChecksum, at: 80)
    let checksum = Checksum.of(buffer.bytes.extracting(0..<88))
    buffer.storeLittleEndian(checksum, at: 88)
    return checksum
  }

  /// Reads the header at the start of a sector; nothing unless it is whole. Says nothing about the body.
  init?(_ bytes: RawSpan) {
    guard bytes.littleEndian(at: 0, as: UInt64.self) == Self.magic,
      bytes.littleEndian(at: 8, as: UInt32.self) == JournalFormat.version,
      bytes.littleEndian(at: 68, as: UInt32.self) == 0,
      Checksum.of(bytes.extracting(0..<88)) == Self.checksum(in: bytes)
    else { return nil }
    entryCount = bytes.littleEndian(at: 12)
    journalID = bytes.littleEndian(at: 16)
    sector = bytes.littleEndian(at: 24)
    epoch = bytes.littleEndian(at: 32)
    sequence = bytes.littleEndian(at: 40)
    firstEntry = bytes.littleEndian(at: 48)
    durableThrough = bytes.littleEndian(at: 56)
    bodyByteCount = bytes.littleEndian(at: 64)
    previousChecksum = bytes.littleEndian(at: 72)
    bodyChecksum = bytes.littleEndian(at: 80)
  }

  /// The checksum that stands in an encoded header.
  static func checksum(in bytes: RawSpan) -> UInt64 { bytes.littleEndian(at: 88) }

  init(
    journalID: UInt64, sector: UInt64, epoch: UInt64, sequence: UInt64, firstEntry: UInt64,
    durableThrough: UInt64, entryCount: UInt32, bodyByteCount: UInt32, previousChecksum: UInt64,
    bodyChecksum: UInt64
  ) {
    self.journalID = journalID
    self.sector = sector
    self.epoch = epoch
    self.sequence = sequence
    self.firstEntry = firstEntry
    self.durableThrough = durableThrough
    self.entryCount = entryCount
    self.bodyByteCount = bodyByteCount
    self.previousChecksum = previousChecksum
    self.bodyChecksum = bodyChecksum
  }
}
