import TestSupport
import XCTest

@testable import Partitions

/// Tables that are broken in every way: nothing traps, and nothing is found that is not there.
final class HostileTablesTests: XCTestCase {
  private static let place = PartitionPlace(number: 5, firstSector: 2048, sectorCount: 4096)
  private static let lastSector = 8191

  /// Where the small image has bytes that matter: MBR, first header and entries; backup's entries and header.
  private static let front = 0..<6 * 512
  private static let back = (lastSector - 4) * 512..<(lastSector + 1) * 512

  /// What every flip of one byte comes to; the search has to say the true place, or that the table is damaged.
  private func answers(
    toFlipsIn range: Range<Int>, of image: [UInt8], verifiesChecksums: Bool = true, mask: UInt8
  ) -> (right: Int, failed: Int, wrong: Int) {
    var counts = (right: 0, failed: 0, wrong: 0)
    var bytes = image
    for offset in range {
      bytes[offset] ^= mask
      switch bytes.search(verifiesChecksums: verifiesChecksums).answer {
      case .found(Self.place): counts.right += 1
      case .failed: counts.failed += 1
      default: counts.wrong += 1
      }
      bytes[offset] ^= mask
    }
    return counts
  }

  func testEveryFlippedByteIsNoticedOrHarmless() {
    let bytes = TableImage.small.bytes
    for mask: UInt8 in [0x01, 0x80, 0xFF] {
      // With the backup behind it, damage to the first table changes nothing; neither does damage to the backup.
      for range in [Self.front, Self.back] {
        let counts = answers(toFlipsIn: range, of: bytes, mask: mask)
        XCTAssertEqual(counts.right, range.count)
      }
    }
  }

  func testWithoutTheOtherTableEveryFlippedByteIsNoticedOrHarmless() {
    var alone = TableImage.small.bytes
    alone.zero(sectors: Self.lastSector..<Self.lastSector + 1)
    let inFront = answers(toFlipsIn: Self.front, of: alone, mask: 0x10)
    XCTAssertEqual(inFront.wrong, 0)
    // The header's 92 bytes and the entries' 2048 are covered.
    XCTAssertEqual(inFront.failed, 92 + 2048)
    var backup = TableImage.small.bytes
    backup.zero(sectors: 1..<2)
    let behind = answers(toFlipsIn: Self.back, of: backup, mask: 0x10)
    XCTAssertEqual(behind.wrong, 0)
    XCTAssertEqual(behind.failed, 92 + 2048)
  }

  /// The control: without checksums the same flips lead elsewhere.
  func testWithoutChecksumsFlippedBytesMislead() {
    var alone = TableImage.small.bytes
    alone.zero(sectors: Self.lastSector..<Self.lastSector + 1)
    let counts = answers(toFlipsIn: Self.front, of: alone, verifiesChecksums: false, mask: 0x10)
    XCTAssertGreaterThan(counts.wrong, 16)
  }

  /// One field of the first header or of an entry set to nonsense, and the checksums right.
  func testNonsenseWithRightChecksumsIsRefused() {
    let entry = 1024 + 4 * 128
    let cases: [(offset: Int, byteCount: Int, value: UInt64, error: PartitionTableError)] = [
      (512 + 8, 4, 0x0002_0000, .revisionUnknown), (512 + 8, 4, 0, .revisionUnknown),
      (512 + 24, 8, 0, .headerMisplaced), (512 + 24, 8, 8191, .headerMisplaced),
      (512 + 40, 8, 0, .usableRangeInvalid), (512 + 40, 8, 1, .usableRangeInvalid),
      (512 + 40, 8, 9000, .usableRangeInvalid), (512 + 40, 8, .max, .usableRangeInvalid),
      (512 + 48, 8, 8192, .diskCut), (512 + 48, 8, .max, .diskCut), (512 + 48, 8, 0, .usableRangeInvalid),
      (512 + 40, 8, 2, .entriesMisplaced), (512 + 40, 8, 5, .entriesMisplaced),
      (512 + 72, 8, 0, .entriesMisplaced), (512 + 72, 8, 1, .entriesMisplaced),
      (512 + 72, 8, 3, .entriesMisplaced), (512 + 72, 8, 4096, .entriesMisplaced),
      (512 + 72, 8, .max, .entriesMisplaced), (512 + 72, 8, .max / 512 + 3, .entriesMisplaced),
      (512 + 80, 4, 0, .entriesUnsupported), (512 + 80, 4, 513, .entriesUnsupported),
      (512 + 80, 4, 0xFFFF_FFFF, .entriesUnsupported), (512 + 80, 4, 0x0200_0010, .entriesUnsupported),
      (512 + 80, 4, 512, .entriesMisplaced),
      (512 + 84, 4, 0, .entriesUnsupported), (512 + 84, 4, 56, .entriesUnsupported),
      (512 + 84, 4, 1024, .entriesUnsupported), (512 + 84, 4, 0xFFFF_FFFF, .entriesUnsupported),
      (entry + 32, 8, 0, .partitionOutOfRange), (entry + 32, 8, 5, .partitionOutOfRange),
      (entry + 32, 8, 6144, .partitionOutOfRange), (entry + 32, 8, .max, .partitionOutOfRange),
      (entry + 40, 8, 2047, .partitionOutOfRange), (entry + 40, 8, 8191, .partitionOutOfRange),
      (entry + 40, 8, .max, .partitionOutOfRange), (entry + 32, 8, 1087, .partitionsOverlap),
      (entry + 32, 8, 64, .partitionsOverlap), (1024 + 40, 8, 2048, .partitionsOverlap),
      (1024 + 40, 8, 7000, .partitionsOverlap), (1024 + 32, 8, 5000, .partitionOutOfRange),
    ]
    var image = TableImage.small.bytes
    image.zero(sectors: Self.lastSector..<Self.lastSector + 1)
    for (offset, byteCount, value, error) in cases {
      var bytes = image
      bytes.put(value, at: offset, byteCount: byteCount)
      XCTAssertNotEqual(bytes.answer, .found(Self.place), "the control: the checksum sees it")
      bytes.seal(header: 1)
      XCTAssertEqual(bytes.answer, .failed(error), "\(offset) set to \(value)")
    }
    // The control: sealing alone changes nothing, and neighbours may touch.
    image.put(2047, at: 1024 + 40, byteCount: 8)
    image.seal(header: 1)
    XCTAssertEqual(image.answer, .found(Self.place))
  }

  func testNonsenseInTheBackupIsRefused() {
    let header = Self.lastSector * 512
    for (offset, value): (Int, UInt64) in [(72, 8191), (72, 8188), (72, 2), (72, 4096), (24, 1), (48, 8187)] {
      var bytes = TableImage.small.bytes
      bytes.zero(sectors: 1..<2)
      XCTAssertEqual(bytes.answer, .found(Self.place))
      bytes.put(value, at: header + offset, byteCount: 8)
      bytes.seal(header: Self.lastSector)
      XCTAssertEqual(bytes.answer, .failed(.headerMissing), "\(offset) set to \(value)")
    }
  }

  func testAHeaderLargerThanASectorIsRefused() {
    var bytes = TableImage.small.bytes
    bytes.zero(sectors: Self.lastSector..<Self.lastSector + 1)
    for size: UInt64 in [0, 20, 91, 513, 4096, 0xFFFF_FFFF] {
      bytes.put(size, at: 512 + 12, byteCount: 4)
      XCTAssertEqual(bytes.answer, .failed(.headerSizeInvalid))
    }
    bytes.put(512, at: 512 + 12, byteCount: 4)
    bytes.seal(header: 1)
    XCTAssertEqual(bytes.answer, .found(Self.place))
  }

  /// Random values in fields that matter, checksums right: whatever is found lies where it may, whole.
  func testRandomFieldsWithRightChecksumsNeverLeadOutsideTheDisk() {
    var random = SeededRandom()
    var (found, failed) = (0, 0)
    for _ in 0..<600 {
      var bytes = TableImage.small.bytes
      let header = Bool.random(using: &random) ? 1 : Self.lastSector
      if header != 1 { bytes.zero(sectors: 1..<2) }
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let entries = header == 1 ? 1024 : (Self.lastSector - 4) * 512
        let entry = entries + 128 * Int.random(in: 0..<16, using: &random)
        let field = [header * 512 + 40, header * 512 + 48, header * 512 + 72, entry + 32, entry + 40]
          .randomElement(using: &random)!
        let near = UInt64.random(in: 0..<8300, using: &random)
        bytes.put(
          [near, near, near << 32, .max - near].randomElement(using: &random)!, at: field, byteCount: 8)
      }
      bytes.seal(header: header)
      switch bytes.answer {
      case .found(let place):
        found += 1
        XCTAssertGreaterThan(place.sectorCount, 0, "SEED=\(random.seed)")
        XCTAssertGreaterThanOrEqual(place.firstSector, 2, "SEED=\(random.seed)")
        XCTAssertLessThanOrEqual(place.lastSector, 8191, "SEED=\(random.seed)")
      case .failed, .noneOfType: failed += 1
      default: XCTFail("no table, SEED=\(random.seed)")
      }
    }
    XCTAssertGreaterThan(found, 20, "SEED=\(random.seed)")
    XCTAssertGreaterThan(failed, 200, "SEED=\(random.seed)")
  }

  func testGarbageIsNoTable() {
    var random = SeededRandom()
    for _ in 0..<50 {
      let count = Int.random(in: 1...80, using: &random)
      var bytes = (0..<count * 512).map { _ in UInt8.random(in: 0...255, using: &random) }
      (bytes[510], bytes[511]) = (0, 0)
      XCTAssertEqual(bytes.answer, .noTable, "SEED=\(random.seed)")
      // The same behind a header's first word, in every place.
      for sector in [1, 8, count - 1, count / 8 * 8 - 8] where (1..<count).contains(sector) {
        bytes.replaceSubrange(sector * 512..<sector * 512 + 8, with: Array("EFI PART".utf8))
      }
      if count > 2, case .failed = bytes.answer { continue }
      XCTAssertLessThanOrEqual(count, 2, "SEED=\(random.seed)")
    }
  }
}
