import Buffers
import Wire

/// What a journal knows about itself besides its records, in one sector, kept in four copies.
///
///     0 magic     8 version (32 bits), 12 zero (32 bits)     16 own sector     24 journal id
///     32 generation     40 sector count     48 epoch     56 first sequence of the epoch
///     64 durable records     72 extent end     80 zero     504 checksum of bytes 0 to 503
public struct Superblock: Equatable, Sendable {
  /// "sluiceSB" as it stands on disk.
  static let magic: UInt64 = 0x4253_6563_6975_6C73
  static let byteCount = Block.sectorByteCount

  /// Drawn when the journal was made, so that remains of another journal on the same disk do not fit in.
  public var journalID: UInt64
  /// Counts the changes of the superblock; of the copies found, the highest is in force.
  public var generation: UInt64
  /// The disk's size when this was written.
  public var sectorCount: UInt64
  /// The boot that appends now, counted from 1.
  public var epoch: UInt64
  /// Records from this sequence on are of this epoch, those before of an earlier one.
  public var epochFirstSequence: UInt64
  /// Records up to this sequence were durable when this was written: if one is missing, the disk lost it.
  public var durableRecordCount: UInt64
  /// No record reaches beyond this sector.
  public var extentEnd: UInt64

  /// The superblock of a journal about to be made on a disk of `sectorCount` sectors.
  init(journalID: UInt64, sectorCount: UInt64) {
    self.journalID = journalID
    generation = 0
    self.sectorCount = sectorCount
    epoch = 0
    epochFirstSequence = 1
    durableRecordCount = 0
    extentEnd = JournalFormat.firstRecordSector
  }

  /// Moves `extentEnd` on if a record of full length at `sector` could reach beyond it, and there is more disk.
  mutating func extend(for sector: UInt64, step: UInt64) {
    guard needsExtension(for: sector) else { return }
    extentEnd = min(sectorCount, sector + UInt64(JournalFormat.recordSectorLimit) + step)
  }

  /// Whether `extend(for:step:)` would do something.
  @inline(__always)
  func needsExtension(for sector: UInt64) -> Bool {
    extentEnd < sectorCount && sector &+ UInt64(JournalFormat.recordSectorLimit) > extentEnd
  }

  /// Writes the copy that belongs to `sector` to the first sector of `buffer`.
  @_lifetime(buffer: copy buffer)
  func encode(into buffer: inout MutableRawSpan, sector: UInt64) {
    buffer.zero(0..<Self.byteCount)
    buffer.storeLittleEndian(Self.magic, at: 0)
    buffer.storeLittleEndian(JournalFormat.version, at: 8)
    buffer.storeLittleEndian(sector, at: 16)
    buffer.storeLittleEndian(journalID, at: 24)
    buffer.storeLittleEndian(generation, at: 32)
    buffer.storeLittleEndian(sectorCount, at: 40)
    buffer.storeLittleEndian(epoch, at: 48)
    buffer.storeLittleEndian(epochFirstSequence, at: 56)
    buffer.storeLittleEndian(durableRecordCount, at: 64)
    buffer.storeLittleEndian(extentEnd, at: 72)
    buffer.storeLittleEndian(Checksum.of(buffer.bytes.extracting(0..<504)), at: 504)
  }

  /// Reads the copy that belongs to `sector`; nothing unless it is whole and of this version.
  init?(_ bytes: RawSpan, sector: UInt64) {
    guard Self.version(in: bytes) == JournalFormat.version,
      bytes.littleEndian(at: 16) == sector,
      Checksum.of(bytes.extracting(0..<504)) == bytes.littleEndian(at: 504)
    else { return nil }
    journalID = bytes.littleEndian(at: 24)
    generation = bytes.littleEndian(at: 32)
    sectorCount = bytes.littleEndian(at: 40)
    epoch = bytes.littleEndian(at: 48)
    epochFirstSequence = bytes.littleEndian(at: 56)
    durableRecordCount = bytes.littleEndian(at: 64)
    extentEnd = bytes.littleEndian(at: 72)
  }

  /// The format version a superblock claims; nothing when it is none.
  static func version(in bytes: RawSpan) -> UInt32? {
    guard bytes.littleEndian(at: 0) == magic else { return nil }
    return bytes.littleEndian(at: 8, as: UInt32.self)
  }
}
