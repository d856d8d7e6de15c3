import TestSupport
import XCTest

@testable import Partitions

/// Tables as tools make them, whole and damaged.
final class PartitionSearchTests: XCTestCase {
  static let place = PartitionPlace(number: 2, firstSector: 2048, sectorCount: 4096)

  func testFindsTheOnlyPartitionOfTheType() {
    XCTAssertEqual(TableImage.two.bytes.answer, .found(Self.place))
    XCTAssertEqual(Self.place.lastSector, 6143)
    XCTAssertNil(TableImage.two.bytes.search().firstError)
    XCTAssertEqual(TableImage.none.bytes.answer, .noneOfType)
    XCTAssertEqual(TableImage.several.bytes.answer, .failed(.severalPartitions))
  }

  func testTablesOfOtherSizes() {
    let small = PartitionPlace(number: 5, firstSector: 2048, sectorCount: 4096)
    XCTAssertEqual(TableImage.small.bytes.answer, .found(small))
    let large = PartitionPlace(number: 300, firstSector: 2048, sectorCount: 4096)
    XCTAssertEqual(TableImage.large.bytes.answer, .found(large))
  }

  func testBlocksOf4096Bytes() {
    var bytes = TableImage.blocksOf4096.bytes
    XCTAssertEqual(bytes.answer, .found(Self.place))
    bytes[4096 + 60] ^= 1
    XCTAssertEqual(bytes.answer, .found(Self.place))
    XCTAssertEqual(bytes.search().firstError, .headerChecksumWrong)
    // The end of a disk that does not end with a block belongs to none.
    XCTAssertEqual((bytes + [UInt8](repeating: 0, count: 3 * 512)).answer, .found(Self.place))
  }

  func testADiskWithoutATableIsWhole() {
    for count in [0, 1, 2, 3, 8, 9, 16, 24, 100] {
      XCTAssertEqual([UInt8](repeating: 0, count: count * 512).answer, .noTable, "\(count) sectors")
    }
    // A whole-disk journal has its superblock in front, and zeros behind it.
    var journal = [UInt8](repeating: 0, count: 1 << 20)
    journal.replaceSubrange(0..<8, with: Array("sluiceSB".utf8))
    XCTAssertEqual(journal.answer, .noTable)
    // An old MBR with a partition of another type.
    var old = [UInt8](repeating: 0, count: 1 << 20)
    (old[446 + 4], old[510], old[511]) = (0x83, 0x55, 0xAA)
    XCTAssertEqual(old.answer, .noTable)
  }

  func testABackupAloneDoesNotMakeADiskPartitioned() {
    var bytes = TableImage.two.bytes
    bytes.zero(sectors: 0..<256)
    XCTAssertEqual(bytes.answer, .noTable)
  }

  func testTheBackupIsUsedWhenTheFirstTableIsDamaged() {
    let damages: [(Int, PartitionTableError)] = [
      (512, .headerMissing), (512 + 8, .headerChecksumWrong), (512 + 13, .headerSizeInvalid),
      (1024, .entriesChecksumWrong), (1024 + 16_383, .entriesChecksumWrong),
    ]
    for (offset, error) in damages {
      var bytes = TableImage.two.bytes
      bytes[offset] ^= 0x55
      let search = bytes.search()
      XCTAssertEqual(search.answer, .found(Self.place), "\(offset)")
      XCTAssertEqual(search.firstError, error)
      bytes.zero(sectors: 8191..<8192)
      XCTAssertEqual(bytes.answer, .failed(error))
    }
    var wiped = TableImage.two.bytes
    wiped.zero(sectors: 1..<34)
    XCTAssertEqual(wiped.answer, .found(Self.place))
    wiped = TableImage.none.bytes
    wiped.zero(sectors: 1..<34)
    XCTAssertEqual(wiped.answer, .noneOfType)
  }

  func testAHeaderIsEnoughWithoutAProtectiveMBR() {
    var bytes = TableImage.two.bytes
    bytes.zero(sectors: 0..<1)
    XCTAssertEqual(bytes.answer, .found(Self.place))
    bytes[1024] ^= 1
    XCTAssertEqual(bytes.answer, .found(Self.place))
  }

  func testALargerDiskThanTheTableWasMadeForIsInOrder() {
    var bytes = TableImage.two.bytes + [UInt8](repeating: 0, count: 1 << 20)
    XCTAssertEqual(bytes.answer, .found(Self.place))
    // Then nobody knows where the backup is.
    bytes[1024] ^= 1
    XCTAssertEqual(bytes.answer, .failed(.entriesChecksumWrong))
  }

  func testASmallerDiskIsRefused() {
    for count in 1..<8192 where count < 40 || count % 97 == 0 || count > 8150 {
      let answer = Array(TableImage.two.bytes.prefix(count * 512)).answer
      switch count {
      case 1: XCTAssertEqual(answer, .failed(.headerMissing))
      case 2: XCTAssertEqual(answer, .failed(.headerMissing))
      // The last block for partitions is 8158.
      case ...8158: XCTAssertEqual(answer, .failed(.diskCut), "\(count) sectors")
      default: XCTAssertEqual(answer, .found(Self.place), "\(count) sectors")
      }
    }
  }

  func testWhatCannotBeRead() {
    let bytes = TableImage.two.bytes
    XCTAssertEqual(bytes.search(unreadable: 0..<1).answer, .failed(.unreadable))
    for sectors: Range<UInt64> in [1..<2, 2..<3, 33..<34, 1..<34] {
      let search = bytes.search(unreadable: sectors)
      XCTAssertEqual(search.answer, .found(Self.place))
      XCTAssertEqual(search.firstError, .unreadable)
    }
    XCTAssertEqual(bytes.search(unreadable: 1..<8192).answer, .failed(.unreadable))
    // Whether a disk is partitioned is not known when its second sector cannot be read.
    let blank = [UInt8](repeating: 0, count: 1 << 20)
    XCTAssertEqual(blank.search(unreadable: 1..<2).answer, .failed(.unreadable))
    XCTAssertEqual(blank.search(unreadable: 100..<101).answer, .noTable)
  }

  func testTheTypeIsComparedAsItStandsOnDisk() {
    let bytes = [UInt8](hex: "1e2c0f4a3b9d574c8e615b7a53c1d0f2")
    XCTAssertEqual(PartitionType(bytes.rawBytes, at: 0), .journal)
    let digits = PartitionType.journalText.description.filter { $0 != "-" }
    let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    XCTAssertEqual(order.map { [UInt8](hex: digits)[$0] }, bytes)
  }

  func testTheChecksumIsThatOfTheStandard() {
    var checksum = CRC32()
    XCTAssertEqual(checksum.value, 0)
    checksum.add(Array("123456789".utf8).rawBytes)
    XCTAssertEqual(checksum.value, 0xCBF4_3926)
  }
}
