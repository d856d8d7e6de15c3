import Buffers
import TestSupport
import XCTest

@testable import Journaling

final class JournalWriterTests: XCTestCase {
  private func opened(
    _ sectorCount: UInt64 = 1024, step: UInt64 = 8192, group: Int = 128
  ) throws -> JournalHarness {
    let journal = try JournalHarness(FakeDisk(sectorCount: sectorCount))
    journal.limits.extentStepSectorCount = step
    journal.limits.groupSectorCount = group
    _ = try journal.open()
    return journal
  }

  func testAGroupIsWrittenThenFlushedThenDurable() throws {
    let journal = try opened()
    XCTAssertFalse(journal.submit(), "nothing to do")
    try journal.append("one")
    XCTAssertTrue(journal.submit())
    try journal.append("two")
    try journal.append("three")
    XCTAssertFalse(journal.submit(), "one request at a time")
    XCTAssertTrue(journal.complete())
    XCTAssertEqual(journal.writer?.durableThrough, 0, "written is not durable")
    XCTAssertTrue(journal.submit())
    XCTAssertTrue(journal.complete())
    XCTAssertEqual(journal.writer?.durableThrough, 1)
    journal.drain()
    XCTAssertEqual(journal.writer?.durableThrough, 3)
    XCTAssertEqual(journal.writer?.recordCount, 2, "what gathered meanwhile is one record")
    let changes = journal.disk.completedChanges.suffix(4)
    XCTAssertEqual(changes.map(\.operation), [.write, .flush, .write, .flush])
    XCTAssertEqual(changes.map(\.sector), [256, 0, 257, 0])
    XCTAssertEqual(journal.writer?.writeCount, 2)
    XCTAssertEqual(journal.writer?.flushCount, 2)
  }

  func testAFullGroupIsBackPressure() throws {
    let journal = try opened(group: 2)
    let entry = [UInt8](repeating: 7, count: 240)
    for _ in 0..<3 { try journal.append(entry) }
    assertThrows(AppendError.groupFull) { try journal.append(entry) }
    XCTAssertEqual(journal.writer?.entryCount, 3)
    XCTAssertTrue(journal.submit())
    for _ in 0..<3 { try journal.append(entry) }
    assertThrows(AppendError.groupFull) { try journal.append(entry) }
    XCTAssertTrue(journal.complete())
    assertThrows(AppendError.groupFull) { try journal.append(entry) }
    journal.drain()
    XCTAssertEqual(journal.writer?.durableThrough, 6)
    try journal.append(entry)
    journal.drain()
    journal.closeWriter()
    XCTAssertEqual(try journal.open().count, 7)
  }

  func testBytesBehindAShorterRecordAreZero() throws {
    let journal = try opened()
    for byteCount in [1500, 1200, 3, 700, 1] {
      let sector = 1024 - (journal.writer?.freeSectorCount ?? 0)
      try journal.append([UInt8](repeating: 0xFF, count: byteCount))
      journal.drain()
      let next = 1024 - (journal.writer?.freeSectorCount ?? 0)
      let record = journal.disk.contents[Int(sector) * 512..<Int(next) * 512]
      XCTAssertTrue(record.dropFirst(98 + byteCount).allSatisfy { $0 == 0 }, "\(byteCount)")
    }
  }

  func testALargestEntryFits() throws {
    let journal = try opened(group: 4)
    XCTAssertEqual(journal.writer?.entryByteLimit, 4 * 512 - 98)
    try journal.append([UInt8](repeating: 1, count: 4 * 512 - 98))
    journal.drain()
    XCTAssertEqual(journal.writer?.freeSectorCount, 1024 - 256 - 4)
  }

  func testAFullDiskIsSaidAndNothingIsWrittenBeyondIt() throws {
    let journal = try opened(384)
    var count: UInt64 = 0
    while true {
      do {
        count = try journal.append([UInt8](repeating: UInt8(truncatingIfNeeded: count), count: 100))
        if count % 3 == 0 { journal.drain() }
      } catch {
        XCTAssertEqual(error as? AppendError, .journalFull)
        break
      }
    }
    journal.drain()
    XCTAssertEqual(journal.writer?.durableThrough, count)
    XCTAssertEqual(journal.writer?.freeSectorCount, 0)
    XCTAssertEqual(journal.writer?.hasRoom(byteCount: 0, reserve: 0), false)
    assertThrows(AppendError.journalFull) { try journal.append("x") }
    XCTAssertFalse(journal.submit())
    journal.closeWriter()
    XCTAssertEqual(try journal.open().count, Int(count))
    assertThrows(AppendError.journalFull) { try journal.append("x") }
  }

  /// `hasRoom` promises that later appends find room, in whatever groups they end up.
  func testReservedRoomIsThere() throws {
    for seed in 1...200 as ClosedRange<UInt64> {
      var random = SeededRandom(seed: seed)
      let sectorCount = 384 + UInt64.random(in: 0..<9, using: &random)
      let journal = try opened(sectorCount, group: Int.random(in: 1...5, using: &random))
      let reserve = Int.random(in: 0...6, using: &random)
      let single = JournalFormat.singleSectorEntryByteLimit
      while true {
        let limit = min(single * 2, journal.writer?.entryByteLimit ?? 0)
        let byteCount = Int.random(in: 0...limit, using: &random)
        guard journal.writer?.hasRoom(byteCount: byteCount, reserve: reserve) == true else { break }
        try appendWaiting(journal, byteCount)
        if Bool.random(using: &random) { journal.drain() }
      }
      for _ in 0..<reserve {
        try appendWaiting(journal, Int.random(in: 0...single, using: &random))
        if Bool.random(using: &random) { journal.drain() }
      }
      journal.drain()
      XCTAssertEqual(journal.writer?.durableThrough, journal.writer?.entryCount, "seed \(seed)")
    }
  }

  private func appendWaiting(_ journal: JournalHarness, _ byteCount: Int) throws {
    let entry = [UInt8](repeating: 3, count: byteCount)
    do { try journal.append(entry) } catch AppendError.groupFull {
      journal.drain()
      try journal.append(entry)
    }
  }

  func testRoomIsCountedForWhatGathers() throws {
    let journal = try opened(1024, group: 2)
    XCTAssertEqual(journal.writer?.freeSectorCount, 768)
    XCTAssertEqual(journal.writer?.hasRoom(byteCount: 414, reserve: 767), true)
    XCTAssertEqual(journal.writer?.hasRoom(byteCount: 414, reserve: 768), false)
    XCTAssertEqual(journal.writer?.hasRoom(byteCount: 415, reserve: 767), false)
    try journal.append([UInt8](repeating: 0, count: 400))
    XCTAssertEqual(journal.writer?.freeSectorCount, 767)
    XCTAssertEqual(journal.writer?.hasRoom(byteCount: 12, reserve: 767), true, "the same sector")
    XCTAssertEqual(journal.writer?.hasRoom(byteCount: 13, reserve: 766), true)
    XCTAssertEqual(journal.writer?.hasRoom(byteCount: 13, reserve: 767), false)
    XCTAssertEqual(journal.writer?.hasRoom(byteCount: 525, reserve: 766), false, "a group of its own")
    XCTAssertEqual(journal.writer?.hasRoom(byteCount: 525, reserve: 765), true)
  }

  func testTheSuperblockMovesOnBeforeARecordPassesIt() throws {
    let journal = try opened(2048, step: 16)
    for number in 0..<100 {
      try journal.append("\(number)")
      journal.drain()
      let contents = journal.disk.contents
      let superblock = try XCTUnwrap(Superblock([UInt8](contents[..<512]).rawBytes, sector: 0))
      XCTAssertLessThanOrEqual(UInt64(257 + number), superblock.extentEnd)
    }
    XCTAssertEqual(journal.writer?.superblock.generation, 6)
    journal.closeWriter()
    XCTAssertEqual(try journal.open().count, 100)
  }

  func testAFailedWriteOrFlushEndsTheWriter() throws {
    for operation in [.write, .flush] as [BlockRequest.Operation] {
      for status in [.failed, .unsupported] as [BlockCompletion.Status] {
        let journal = try opened()
        try journal.append("kept")
        journal.drain()
        journal.disk.faults = [.init(operation, status: status)]
        try journal.append("lost")
        XCTAssertTrue(journal.submit())
        try journal.append("also lost")
        while journal.complete() || journal.submit() {}
        let sector: UInt64 = operation == .write ? 257 : 0
        XCTAssertEqual(journal.writer?.failure, JournalFailure(operation: operation, sector: sector))
        XCTAssertEqual(journal.writer?.durableThrough, 1)
        XCTAssertFalse(journal.submit())
        assertThrows(AppendError.failed) { try journal.append("x") }
        let changes = journal.disk.completedChanges.count
        journal.drain()
        XCTAssertEqual(journal.disk.completedChanges.count, changes)
      }
    }
  }

  func testAFailedSuperblockUpdateEndsTheWriter() throws {
    let journal = try opened(2048, step: 4)
    journal.disk.faults = [.init(.write, sector: 64)]
    for _ in 0..<40 where journal.writer?.isFailed == false {
      try journal.append("x")
      journal.drain()
    }
    XCTAssertEqual(journal.writer?.failure, JournalFailure(operation: .write, sector: 64))
  }

  func testARefusedRequestIsGivenOutAgain() throws {
    let journal = try opened()
    journal.disk.queueLimit = 0
    try journal.append("patience")
    for _ in 0..<3 {
      XCTAssertTrue(journal.submit())
      XCTAssertFalse(journal.complete())
    }
    journal.disk.queueLimit = 1
    journal.drain()
    XCTAssertEqual(journal.writer?.durableThrough, 1)
    journal.disk.queueLimit = 0
    try journal.append("the block of a refused request is given back")
    XCTAssertTrue(journal.submit())
  }
}
