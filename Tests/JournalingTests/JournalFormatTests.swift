import Buffers
import TestSupport
import XCTest

@testable import Journaling

/// The bytes on disk, against bytes and checksums made by other code (Python's struct and xxhash).
final class JournalFormatTests: XCTestCase {
  private func formatted() throws -> FakeDisk {
    let disk = FakeDisk(sectorCount: 65_536)
    let journal = try JournalHarness(disk)
    journal.limits.extentStepSectorCount = 8192
    XCTAssertEqual(try journal.open(), [])
    try journal.append("abc")
    try journal.append("")
    journal.drain()
    try journal.append([UInt8](0..<200) + [UInt8](0..<200) + [UInt8](0..<200))
    journal.drain()
    return disk
  }

  func testRecordBytes() throws {
    let contents = try formatted().contents
    let record = [UInt8](contents[256 * 512..<257 * 512])
    let expected =
      "736c75696365524302000000020000008877665544332211000100000000000001000000000000000100000000000000"
      + "0100000000000000000000000000000007000000000000000000000000000000"
      + "65fdc9c83651f4becea76eb4462477960300616263" + "0000"
    XCTAssertEqual(record[..<103].map(hex).joined(), expected)
    XCTAssertTrue(record[103...].allSatisfy { $0 == 0 })
    XCTAssertEqual(Checksum.of(record.rawBytes), 0x1ee7_fcc6_377c_4251)
    let second = [UInt8](contents[257 * 512..<259 * 512])
    XCTAssertEqual(Checksum.of(second.rawBytes), 0xb1c2_cef8_9d28_3de1)
  }

  func testSuperblockBytesInFourCopies() throws {
    let contents = try formatted().contents
    let copies = (0..<4).map { [UInt8](contents[$0 * 64 * 512..<($0 * 64 + 1) * 512]) }
    XCTAssertEqual(copies[1][504...].reversed().map(hex).joined(), "66abbf7befab62b0")
    for (index, copy) in copies.enumerated() {
      let sector = UInt64(index * 64)
      XCTAssertEqual(Superblock(copy.rawBytes, sector: sector)?.extentEnd, 8576)
      XCTAssertNil(Superblock(copy.rawBytes, sector: sector + 64), "a copy knows its sector")
    }
    var rest = contents[..<(256 * 512)]
    for index in 0..<4 {
      let start = index * 64 * 512
      rest.replaceSubrange(start..<start + 512, with: repeatElement(0, count: 512))
    }
    XCTAssertTrue(rest.allSatisfy { $0 == 0 })
  }

  func testLimits() {
    XCTAssertEqual(JournalFormat.entryByteLimit, 65_438)
    XCTAssertEqual(JournalFormat.singleSectorEntryByteLimit, 414)
    XCTAssertEqual(JournalFormat.sectorCount(ofByteCount: 96 + 2 + 414), 1)
    XCTAssertEqual(JournalFormat.sectorCount(ofByteCount: 96 + 2 + 415), 2)
  }

  private func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
