import Buffers
import TestSupport
import XCTest

@testable import Journaling

/// Before a journal is opened, its disk is looked at: blank, a journal, or something else.
final class JournalContentTests: XCTestCase {
  private let memory = TestArena(byteCount: 1 << 20)

  private func content(
    of disk: FakeDisk, wait: (inout FakeDisk) -> Void = { _ in }
  ) throws -> JournalContent {
    var disk = disk
    let before = disk.contents
    var blocks = try BlockPool(count: 1, sectorCount: JournalFormat.recordSectorLimit, in: &memory.arena)
    let content = JournalContent(of: &disk, &blocks, wait: wait)
    XCTAssertEqual(blocks.freeCount, 1)
    XCTAssertEqual(disk.contents, before, "a look writes nothing")
    return content
  }

  private func journal() throws -> FakeDisk {
    let disk = FakeDisk(sectorCount: 512)
    let journal = try JournalHarness(disk)
    _ = try journal.open()
    return disk
  }

  func testBlankJournalAndOther() throws {
    XCTAssertEqual(try content(of: FakeDisk(sectorCount: 512)), .blank)
    XCTAssertEqual(try content(of: journal()), .journal)
    let disk = FakeDisk(sectorCount: 512)
    disk.flip(byte: 255 * 512 + 511, mask: 1)
    XCTAssertEqual(try content(of: disk), .other)
  }

  func testWhatRecordsLeaveBehindTheFrontSaysNothing() throws {
    let disk = FakeDisk(sectorCount: 512)
    disk.flip(byte: 256 * 512, mask: 1)
    XCTAssertEqual(try content(of: disk), .blank)
  }

  func testADamagedJournalIsOne() throws {
    // Every copy's version, and then a byte of each that only its checksum knows.
    for offset in [8, 100] {
      let disk = try journal()
      for copy in 0..<JournalFormat.superblockCount { disk.flip(byte: copy * 64 * 512 + offset, mask: 4) }
      XCTAssertEqual(try content(of: disk), .journal)
    }
  }

  func testOneCopyIsEnough() throws {
    let contents = try journal().contents
    for copy in 0..<JournalFormat.superblockCount {
      var bytes = [UInt8](repeating: 0, count: contents.count)
      let range = copy * 64 * 512..<(copy * 64 + 1) * 512
      bytes.replaceSubrange(range, with: contents[range])
      XCTAssertEqual(try content(of: FakeDisk(contents: bytes)), .journal)
    }
  }

  func testSmallDisksAreLookedAtAsFarAsTheyGo() throws {
    for sectorCount: UInt64 in [1, 63, 64, 200] {
      XCTAssertEqual(try content(of: FakeDisk(sectorCount: sectorCount)), .blank)
    }
    let disk = FakeDisk(sectorCount: 64)
    disk.flip(byte: 0, mask: 1)
    XCTAssertEqual(try content(of: disk), .other)
  }

  func testWhatCannotBeReadMayBeAJournal() throws {
    for sector: UInt64 in [0, 200] {
      let disk = FakeDisk(sectorCount: 512)
      disk.faults = [FakeDisk.Fault(.read, sector: sector)]
      XCTAssertEqual(try content(of: disk), .journal)
    }
    let silent = FakeDisk(sectorCount: 512)
    silent.delay = 1 << 40
    XCTAssertEqual(try content(of: silent) { $0.cancelAll() }, .journal)
  }

  func testASlowDiskIsWaitedFor() throws {
    let disk = try journal()
    disk.delay = 3
    var waitCount = 0
    XCTAssertEqual(try content(of: disk) { _ in waitCount += 1 }, .journal)
    XCTAssertGreaterThan(waitCount, 0)
  }
}
