import Buffers
import TestSupport
import XCTest

@testable import Journaling

/// Damage is told from a torn tail, and neither brings anything wrong back.
final class JournalDamageTests: XCTestCase {
  private func entry(_ number: Int, byteCount: Int = 600) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) }
  }

  /// Three records of two sectors each, in sectors 256, 258 and 260; opened `boots` times.
  private func threeRecords(boots: Int = 1) throws -> [UInt8] {
    let disk = FakeDisk(sectorCount: 512)
    let journal = try JournalHarness(disk)
    _ = try journal.open()
    for number in 1...3 {
      try journal.append(entry(number))
      journal.drain()
    }
    for _ in 1..<boots {
      journal.closeWriter()
      _ = try journal.open()
    }
    return disk.contents
  }

  private func recovered(_ disk: FakeDisk, _ purpose: JournalRecovery.Purpose) throws -> [[UInt8]] {
    try JournalHarness(disk).open(purpose)
  }

  func testEveryByteOfAMiddleRecordFlipped() throws {
    let contents = try threeRecords()
    let expected = (1...3).map { entry($0) }
    var refused = 0
    for offset in 258 * 512..<260 * 512 {
      let disk = FakeDisk(contents: contents)
      disk.flip(byte: offset, mask: 1 << UInt8(offset % 8))
      do {
        let entries = try recovered(disk, .inspection)
        XCTAssertEqual(entries, expected, "byte \(offset)")
      } catch {
        XCTAssertEqual(error as? JournalError, .damaged(sector: 258, sequence: 2), "byte \(offset)")
        refused += 1
      }
    }
    XCTAssertEqual(refused, 96 + 2 + 600, "all but the unused end of the last sector")
  }

  func testALostMiddleRecordIsDamage() throws {
    for (sector, sequence) in [(256, 1), (258, 2)] as [(UInt64, UInt64)] {
      let disk = FakeDisk(contents: try threeRecords())
      disk.overwrite(sector: sector, with: [UInt8](repeating: 0, count: 1024))
      assertThrows(JournalError.damaged(sector: sector, sequence: sequence)) {
        _ = try recovered(disk, .appending)
      }
    }
  }

  /// A header whole in itself is no record of this place unless all it says fits.
  func testARecordMustFitItsPlace() throws {
    let contents = try threeRecords()
    let original = try XCTUnwrap(RecordHeader([UInt8](contents[260 * 512..<262 * 512]).rawBytes))
    let changes: [(String, (inout RecordHeader) -> Void)] = [
      ("journal", { $0.journalID &+= 1 }), ("sector", { $0.sector &+= 1 }), ("epoch", { $0.epoch &+= 1 }),
      ("previous epoch", { $0.epoch &-= 1 }), ("sequence", { $0.sequence &-= 1 }),
      ("first entry", { $0.firstEntry &+= 1 }), ("durable", { $0.durableThrough = $0.firstEntry }),
      ("chain", { $0.previousChecksum ^= 1 }), ("body", { $0.bodyChecksum ^= 1 }),
      ("entries", { $0.entryCount &+= 1 }), ("no entries", { $0.entryCount = 0 }),
      ("short body", { $0.bodyByteCount &-= 1 }), ("long body", { $0.bodyByteCount = .max }),
    ]
    for (name, change) in changes {
      var header = original
      change(&header)
      let disk = FakeDisk(contents: contents)
      disk.overwrite(sector: 260, with: header.over([UInt8](contents[260 * 512..<261 * 512])))
      XCTAssertEqual(try recovered(disk, .inspection), [entry(1), entry(2)], name)
    }
    let disk = FakeDisk(contents: contents)
    disk.overwrite(sector: 260, with: original.over([UInt8](contents[260 * 512..<261 * 512])))
    XCTAssertEqual(try recovered(disk, .inspection).count, 3, "unchanged, it fits")
  }

  /// Only a record of this journal, written to its own sector, is taken for one that was lost in front.
  func testRemainsOfOtherRecordsBehindTheEndAreNoDamage() throws {
    let contents = try threeRecords()
    let disk = FakeDisk(contents: contents)
    disk.overwrite(sector: 270, with: [UInt8](contents[260 * 512..<262 * 512]))
    XCTAssertEqual(try recovered(disk, .inspection).count, 3)
    var other = try XCTUnwrap(RecordHeader([UInt8](contents[260 * 512..<262 * 512]).rawBytes))
    (other.journalID, other.sector, other.sequence) = (5, 280, 4)
    disk.overwrite(sector: 280, with: other.over([UInt8](repeating: 0, count: 512)))
    XCTAssertEqual(try recovered(disk, .inspection).count, 3)
    other.journalID = 0x1122_3344_5566_7788
    disk.overwrite(sector: 280, with: other.over([UInt8](repeating: 0, count: 512)))
    assertThrows(JournalError.damaged(sector: 262, sequence: 4)) { _ = try recovered(disk, .inspection) }
  }

  func testAMisdirectedRecordIsDamage() throws {
    let contents = try threeRecords()
    let disk = FakeDisk(contents: contents)
    disk.overwrite(sector: 258, with: [UInt8](contents[260 * 512..<262 * 512]))
    assertThrows(JournalError.damaged(sector: 258, sequence: 2)) { _ = try recovered(disk, .appending) }
  }

  func testTheLastRecordIsCutWhileItMayBeTornAndMissedOnceABootHasSeenIt() throws {
    let torn = FakeDisk(contents: try threeRecords())
    torn.flip(byte: 260 * 512 + 100)
    let journal = try JournalHarness(torn)
    XCTAssertEqual(try journal.open(), [entry(1), entry(2)])
    XCTAssertEqual(journal.tornTailSector, 260)
    let seen = FakeDisk(contents: try threeRecords(boots: 2))
    seen.flip(byte: 260 * 512 + 100)
    assertThrows(JournalError.damaged(sector: 260, sequence: 3)) { _ = try recovered(seen, .appending) }
  }

  func testATornTailIsCutAppendedToAndCutAgain() throws {
    let disk = FakeDisk(contents: try threeRecords())
    disk.overwrite(sector: 261, with: [UInt8](repeating: 0, count: 512))
    let journal = try JournalHarness(disk)
    XCTAssertEqual(try journal.open(), [entry(1), entry(2)])
    try journal.append(entry(4, byteCount: 10))
    journal.drain()
    try journal.append(entry(5))
    journal.drain()
    journal.closeWriter()
    disk.overwrite(sector: 262, with: [UInt8](repeating: 0xAA, count: 512))
    XCTAssertEqual(try journal.open(), [entry(1), entry(2), entry(4, byteCount: 10)])
    try journal.append(entry(6))
    journal.drain()
    journal.closeWriter()
    XCTAssertEqual(try journal.open(), [entry(1), entry(2), entry(4, byteCount: 10), entry(6)])
    XCTAssertEqual(journal.superblock?.epoch, 4)
  }

  /// A record that was cut as torn becomes whole afterwards, as when a write the disk had failed lands late.
  func testARecordOfAnEarlierEpochDoesNotComeBack() throws {
    let contents = try threeRecords()
    let disk = FakeDisk(contents: contents)
    disk.overwrite(sector: 261, with: [UInt8](repeating: 0, count: 512))
    XCTAssertEqual(try recovered(disk, .appending), [entry(1), entry(2)])
    disk.overwrite(sector: 260, with: [UInt8](contents[260 * 512..<262 * 512]))
    XCTAssertEqual(try recovered(disk, .inspection), [entry(1), entry(2)])
    XCTAssertEqual(try recovered(disk, .appending), [entry(1), entry(2)])
    // The control: without the new epoch in the superblock it does come back.
    for copy in 0..<4 {
      let sector = UInt64(copy * 64)
      disk.overwrite(sector: sector, with: [UInt8](contents[copy * 64 * 512..<(copy * 64 + 1) * 512]))
    }
    XCTAssertEqual(try recovered(disk, .inspection), (1...3).map { entry($0) })
  }

  func testEveryByteOfASuperblockCopyFlipped() throws {
    let contents = try threeRecords()
    for copy in 0..<4 {
      for offset in stride(from: 0, to: 512, by: copy == 0 ? 1 : 37) {
        let disk = FakeDisk(contents: contents)
        disk.flip(byte: copy * 64 * 512 + offset)
        XCTAssertEqual(try recovered(disk, .inspection).count, 3, "copy \(copy) byte \(offset)")
      }
    }
  }

  func testAllSuperblocksDamaged() throws {
    let disk = FakeDisk(contents: try threeRecords())
    for copy in 0..<4 { disk.flip(byte: copy * 64 * 512 + 100) }
    assertThrows(JournalError.superblockDamaged) { _ = try recovered(disk, .appending) }
  }

  func testTheNewestSuperblockIsInForceEvenAlone() throws {
    let old = try threeRecords()
    let new = try threeRecords(boots: 2)
    for copy in 0..<4 {
      let disk = FakeDisk(contents: old)
      disk.overwrite(sector: UInt64(copy * 64), with: [UInt8](new[copy * 64 * 512..<(copy * 64 + 1) * 512]))
      let journal = try JournalHarness(disk)
      XCTAssertEqual(try journal.open(.inspection).count, 3)
      XCTAssertEqual(journal.superblock?.epoch, 2)
    }
  }

  func testDamageFarInFrontOfTheEndIsFoundAcrossReads() throws {
    let disk = FakeDisk(sectorCount: 2048)
    let journal = try JournalHarness(disk)
    _ = try journal.open()
    for number in 0..<400 {
      try journal.append(entry(number, byteCount: 20))
      journal.drain()
    }
    journal.closeWriter()
    let contents = disk.contents
    for sector in [256, 383, 384, 512, 654] {
      let damaged = FakeDisk(contents: contents)
      damaged.overwrite(sector: UInt64(sector), with: [UInt8](repeating: 0, count: 512))
      assertThrows(JournalError.damaged(sector: UInt64(sector), sequence: UInt64(sector - 255))) {
        _ = try recovered(damaged, .inspection)
      }
      let all = FakeDisk(contents: contents)
      all.overwrite(sector: UInt64(sector), with: [UInt8](repeating: 0, count: (655 - sector) * 512))
      assertThrows(JournalError.damaged(sector: UInt64(sector), sequence: UInt64(sector - 255))) {
        _ = try recovered(all, .inspection)
      }
    }
  }
}

extension RecordHeader {
  /// A sector with this header in place of its first bytes.
  fileprivate func over(_ sector: [UInt8]) -> [UInt8] {
    let arena = TestArena(byteCount: 1 << 16)
    guard var pool = try? BlockPool(count: 1, sectorCount: 1, in: &arena.arena), var block = pool.take()
    else { return [] }
    var buffer = block.buffer
    _ = encode(into: &buffer)
    let header = block.bytes.extracting(0..<RecordHeader.byteCount).array
    pool.give(block)
    return header + sector[header.count...]
  }
}
