import Buffers
import TestSupport
import XCTest

@testable import Journaling

/// A journal on a fake disk, driven one request at a time.
final class JournalHarness {
  let disk: FakeDisk
  var pool: BlockPool
  var writer: JournalWriter?
  var limits = JournalLimits()
  /// Off for the control that shows what body checksums are good for.
  var verifiesBodies = true
  /// What the last recovery said.
  var position = JournalPosition()
  var superblock: Superblock?
  var tornTailSector: UInt64?
  private let memory: TestArena

  init(_ disk: FakeDisk, memory: TestArena = TestArena(byteCount: 1 << 20)) throws {
    self.disk = disk
    self.memory = memory
    pool = try BlockPool(count: 2, sectorCount: JournalFormat.recordSectorLimit, in: &memory.arena)
  }

  deinit {
    closeWriter()
    XCTAssertEqual(pool.freeCount, pool.capacity, "the block pool balances")
  }

  func closeWriter() {
    if let writer = writer.take() { writer.close(into: &pool) }
  }

  /// Recovers the journal; returns its entries, and leaves a writer when it was opened for appending.
  func open(
    _ purpose: JournalRecovery.Purpose = .appending, journalID: UInt64 = 0x1122_3344_5566_7788
  ) throws -> [[UInt8]] {
    try open(purpose, journalID: journalID, isCut: { false }) ?? []
  }

  /// As above; nothing when `isCut`, asked after each request, ended it before it was done.
  func open(
    _ purpose: JournalRecovery.Purpose, journalID: UInt64, isCut: () -> Bool
  ) throws -> [[UInt8]]? {
    var recovery = try JournalRecovery(
      sectorCount: disk.sectorCount, isReadOnly: disk.isReadOnly, canFlush: disk.canFlush, purpose: purpose,
      newJournalID: journalID, limits: limits, blocks: &pool)
    recovery.verifiesBodies = verifiesBodies
    var entries: [[UInt8]] = []
    while true {
      while recovery.nextEntry() {
        entries.append(recovery.entry.array)
        XCTAssertEqual(recovery.entryNumber, UInt64(entries.count))
      }
      guard let request = recovery.nextRequest() else { break }
      if let refused = disk.submit(request) {
        recovery.putBack(refused)
      } else if isCut() {
        recovery.close(into: &pool)
        return nil
      }
      while let completion = disk.completion() { recovery.complete(completion) }
    }
    (position, superblock, tornTailSector) = (recovery.position, recovery.superblock, recovery.tornTailSector)
    switch recovery.status {
    case .failed(let error):
      recovery.close(into: &pool)
      throw error
    case .finished where purpose == .appending: writer = JournalWriter(recovery)
    default: recovery.close(into: &pool)
    }
    return entries
  }

  @discardableResult
  func append(_ bytes: [UInt8]) throws -> UInt64 {
    try writer!.append(bytes.rawBytes)
  }

  func append(_ text: String) throws { try append([UInt8](text.utf8)) }

  /// Hands the next request to the disk; false when there is none.
  func submit() -> Bool {
    guard let request = writer!.nextRequest() else { return false }
    if let refused = disk.submit(request) { writer!.putBack(refused) }
    return true
  }

  /// Takes one completion; false when there is none.
  func complete() -> Bool {
    guard let completion = disk.completion() else { return false }
    writer!.complete(completion)
    return true
  }

  /// Until nothing is left to do.
  func drain() {
    while submit() { while complete() {} }
  }
}

extension RawSpan {
  var array: [UInt8] {
    // SAFETY: the bytes are copied before the closure ends.
    unsafe withUnsafeBytes { unsafe [UInt8]($0) }
  }
}

extension XCTestCase {
  /// Checks that `body` throws exactly this error.
  func assertThrows<Failure: Error & Equatable>(
    _ expected: Failure, file: StaticString = #filePath, line: UInt = #line, _ body: () throws -> Void
  ) {
    XCTAssertThrowsError(try body(), file: file, line: line) {
      XCTAssertEqual($0 as? Failure, expected, file: file, line: line)
    }
  }
}
