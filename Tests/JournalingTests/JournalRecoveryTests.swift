import Buffers
import TestSupport
import XCTest

@testable import Journaling

final class JournalRecoveryTests: XCTestCase {
  /// A disk with the entries "0", "1" ..., one a record, all durable.
  private func disk(entries count: Int, sectorCount: UInt64 = 1024) throws -> FakeDisk {
    let disk = FakeDisk(sectorCount: sectorCount)
    let journal = try JournalHarness(disk)
    _ = try journal.open()
    for index in 0..<count {
      try journal.append("\(index)")
      journal.drain()
    }
    XCTAssertEqual(journal.writer?.durableThrough, UInt64(count))
    return disk
  }

  private func texts(_ entries: [[UInt8]]) -> [String] { entries.map { String(decoding: $0, as: UTF8.self) } }

  func testABlankDiskBecomesAJournal() throws {
    let disk = FakeDisk(sectorCount: 1024)
    let journal = try JournalHarness(disk)
    XCTAssertEqual(try journal.open(), [])
    XCTAssertEqual(
      disk.completedChanges.map(\.operation), [.flush, .write, .write, .flush, .write, .write, .flush])
    XCTAssertEqual(journal.superblock?.epoch, 1)
    journal.closeWriter()
    XCTAssertEqual(try journal.open(journalID: 9), [])
    XCTAssertEqual(journal.superblock?.journalID, 0x1122_3344_5566_7788, "the disk's own name stays")
    XCTAssertEqual(journal.superblock?.epoch, 2)
  }

  func testEntriesComeBackInOrderAndAppendingGoesOn() throws {
    let disk = try disk(entries: 300)
    let journal = try JournalHarness(disk)
    XCTAssertEqual(texts(try journal.open()), (0..<300).map(String.init))
    XCTAssertEqual(journal.position.recordCount, 300)
    XCTAssertNil(journal.tornTailSector)
    XCTAssertEqual(try journal.append([UInt8]("300".utf8)), 301)
    journal.drain()
    journal.closeWriter()
    XCTAssertEqual(texts(try journal.open()), (0...300).map(String.init))
  }

  func testRecordsOfEverySizeComeBack() throws {
    let disk = FakeDisk(sectorCount: 16_384)
    let journal = try JournalHarness(disk)
    _ = try journal.open()
    var expected: [[UInt8]] = []
    for byteCount in [0, 1, 413, 414, 415, 20_000, 40_000, JournalFormat.entryByteLimit, 7, 33_000, 33_000] {
      let entry = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ byteCount) }
      try journal.append(entry)
      expected.append(entry)
      journal.drain()
    }
    journal.closeWriter()
    XCTAssertEqual(try journal.open(), expected)
  }

  func testInspectionWritesNothing() throws {
    let disk = try disk(entries: 3)
    disk.isReadOnly = true
    let before = disk.completedChanges.count
    let journal = try JournalHarness(disk)
    XCTAssertEqual(texts(try journal.open(.inspection)), ["0", "1", "2"])
    XCTAssertEqual(disk.completedChanges.count, before)
    XCTAssertEqual(try JournalHarness(FakeDisk(sectorCount: 512)).open(.inspection), [])
  }

  func testUnsuitableDisksAreRefused() throws {
    let small = FakeDisk(sectorCount: JournalFormat.minimumSectorCount - 1)
    assertThrows(JournalError.diskTooSmall(sectorCount: 383, needed: 384)) {
      _ = try JournalHarness(small).open()
    }
    let readOnly = FakeDisk(sectorCount: 1024)
    readOnly.isReadOnly = true
    assertThrows(JournalError.readOnlyDisk) { _ = try JournalHarness(readOnly).open() }
    let withoutFlush = FakeDisk(sectorCount: 1024)
    withoutFlush.canFlush = false
    assertThrows(JournalError.diskCannotFlush) { _ = try JournalHarness(withoutFlush).open() }
  }

  func testForeignDisksAreRefusedAndNotTouched() throws {
    for offset in [0, 511, 1080, 65_600, 128 * 1024 - 1] {
      let disk = FakeDisk(sectorCount: 1024)
      disk.flip(byte: offset, mask: 0x53)
      assertThrows(JournalError.notAJournal) { _ = try JournalHarness(disk).open() }
      XCTAssertEqual(disk.completedChanges, [])
    }
  }

  func testDataBehindTheAreaInFrontIsNotLookedAt() throws {
    let disk = FakeDisk(sectorCount: 1024)
    disk.overwrite(sector: 256, with: [UInt8](try self.disk(entries: 2).contents[256 * 512..<258 * 512]))
    XCTAssertEqual(try JournalHarness(disk).open(journalID: 77), [], "another journal's records")
  }

  func testAnotherVersionIsRefused() throws {
    let disk = try disk(entries: 1)
    for copy in 0..<4 { disk.flip(byte: copy * 64 * 512 + 8, mask: 3) }
    assertThrows(JournalError.unsupportedVersion(1)) { _ = try JournalHarness(disk).open() }
  }

  func testADiskThatShrankIsRefusedAndOneThatGrewIsUsed() throws {
    let contents = try disk(entries: 3).contents
    let small = FakeDisk(contents: [UInt8](contents[..<(1000 * 512)]))
    assertThrows(JournalError.diskTooSmall(sectorCount: 1000, needed: 1024)) {
      _ = try JournalHarness(small).open()
    }
    let large = FakeDisk(contents: contents + [UInt8](repeating: 0, count: 1024 * 512))
    let journal = try JournalHarness(large)
    XCTAssertEqual(try journal.open().count, 3)
    XCTAssertEqual(journal.writer?.freeSectorCount, 2048 - 256 - 3)
  }

  func testErrorsOfTheDiskEndRecovery() throws {
    let disk = try disk(entries: 3)
    let journal = try JournalHarness(disk)
    disk.faults = [.init(.read, sector: 0)]
    assertThrows(JournalError.readFailed(sector: 0)) { _ = try journal.open() }
    disk.faults = [.init(.read, sector: 256)]
    assertThrows(JournalError.readFailed(sector: 256)) { _ = try journal.open() }
    disk.faults = [.init(.flush)]
    assertThrows(JournalError.flushFailed) { _ = try journal.open() }
    disk.faults = [.init(.write, sector: 128)]
    assertThrows(JournalError.writeFailed(sector: 128)) { _ = try journal.open() }
    XCTAssertEqual(try journal.open().count, 3)
  }

  func testMessagesSayWhatToDo() {
    XCTAssertEqual(JournalError.damaged(sector: 4, sequence: 5).sector, 4)
    XCTAssertEqual(JournalError.damaged(sector: 4, sequence: 5).sequence, 5)
    XCTAssertNil(JournalError.notAJournal.sector)
    XCTAssertTrue("\(JournalError.notAJournal.message)".hasPrefix("not a Sluice journal"))
  }
}
