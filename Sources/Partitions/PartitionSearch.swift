import Wire

/// What a search has come to.
public enum PartitionAnswer: Equatable, Sendable {
  /// The disk has no partition table: it can be used as a whole, as far as that goes.
  case noTable
  case found(PartitionPlace)
  /// The disk is partitioned, and for something else.
  case noneOfType
  /// The disk is partitioned, but how cannot be trusted: it is not to be used at all.
  case failed(PartitionTableError)
}

/// Looks for the partition of a type in a disk's GUID partition table (UEFI 2.10, 5.3), without touching the disk
/// itself: it says which sectors it has to see, and what they hold is handed to it.
///
///     while let sectors = search.nextRead { search.take(bytes) }   // or takeFailure() when they cannot be read
///
/// It ends in `answer`, after at most nine reads. Nothing on the disk is trusted: what is found lies inside the disk, in a
/// table whose checksums are right.
///
/// **What makes a disk partitioned**: a header in its second block, or a protective MBR (5.2.3), even when the rest is
/// gone. Then the first table in order counts, and the backup at the disk's end only when the first is not. A backup alone
/// does not make a disk partitioned: it stays behind when the front of a disk is wiped for another use, such as a journal
/// on the whole disk, whose own second sector is zero.
public struct PartitionSearch: Sendable {
  /// The most sectors of one read.
  public static let readSectorLimit = 128
  /// More than any disk has; sums of sectors do not overflow below.
  private static let sectorLimit: UInt64 = 1 << 54

  private let type: PartitionType
  private let sectorCount: UInt64
  private var hasReadFront = false
  private var hasProtectiveMBR = false
  private var copy = TableCopy.first512
  /// The header whose entries are to be read.
  private var header: TableHeader?
  /// Off only in a test that shows what it is good for.
  var verifiesChecksums = true

  /// Nothing as long as there is something to read.
  public private(set) var answer: PartitionAnswer?
  /// What was wrong with the first table. When the answer is `found` or `noneOfType` nonetheless, it is the backup's.
  public private(set) var firstError: PartitionTableError?

  /// On a disk of `sectorCount` sectors of 512 bytes.
  public init(for type: PartitionType, sectorCount: UInt64) {
    self.type = type
    self.sectorCount = min(sectorCount, Self.sectorLimit)
    if sectorCount == 0 { answer = .noTable }
  }

  /// The sectors to read now, at most `readSectorLimit` and all inside the disk; nothing when there is an answer.
  public var nextRead: Range<UInt64>? {
    guard answer == nil else { return nil }
    guard hasReadFront else { return 0..<1 }
    if let header { return header.entriesSectors }
    guard let block = copy.headerBlock(sectorCount: sectorCount) else {
      preconditionFailure("a copy that has no place was not passed over")
    }
    let sector = block * copy.blockSectorCount
    return sector..<sector + 1
  }

  /// Takes what the sectors of `nextRead` hold.
  public mutating func take(_ bytes: RawSpan) {
    guard let sectors = nextRead else { preconditionFailure("there is an answer already") }
    precondition(UInt64(bytes.byteCount) >= (sectors.upperBound - sectors.lowerBound) * 512)
    guard hasReadFront else { return takeFront(bytes.extracting(0..<512)) }
    do throws(PartitionTableError) {
      if let header {
        let place = try header.partition(of: type, in: bytes, verifiesChecksum: verifiesChecksums)
        answer = place.map { .found($0) } ?? .noneOfType
      } else if TableHeader.isPresent(in: bytes) {
        header = try TableHeader(
          bytes.extracting(0..<512), copy, ownBlock: sectors.lowerBound / copy.blockSectorCount,
          sectorCount: sectorCount, verifiesChecksum: verifiesChecksums)
      } else {
        goOn()
      }
    } catch {
      pass(over: error)
    }
  }

  /// The sectors of `nextRead` cannot be read.
  public mutating func takeFailure() {
    guard hasReadFront else { return answer = .failed(.unreadable) }
    pass(over: .unreadable)
  }

  /// A protective MBR has a record of type 0xEE, and a signature in its last two bytes.
  private mutating func takeFront(_ bytes: RawSpan) {
    hasReadFront = true
    let isMBR = bytes.littleEndian(at: 510, as: UInt16.self) == 0xAA55
    for record in 0..<4 where isMBR && bytes.byte(at: 446 + 16 * record + 4) == 0xEE {
      hasProtectiveMBR = true
    }
    if copy.headerBlock(sectorCount: sectorCount) == nil { goOn() }
  }

  private mutating func pass(over error: PartitionTableError) {
    if firstError == nil { firstError = error }
    // The backup says the same of it.
    if error == .severalPartitions { return answer = .failed(error) }
    goOn()
  }

  /// To the next copy that has a place.
  private mutating func goOn() {
    header = nil
    while answer == nil {
      guard let next = copy.next else { return answer = .failed(firstError ?? .headerMissing) }
      if next.isBackup && firstError == nil {
        guard hasProtectiveMBR else { return answer = .noTable }
        firstError = .headerMissing
      }
      copy = next
      if copy.headerBlock(sectorCount: sectorCount) != nil { return }
    }
  }
}
