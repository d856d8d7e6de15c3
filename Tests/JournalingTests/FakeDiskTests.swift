import Buffers
import TestSupport
import XCTest

/// The disk that tests the journal is tested itself.
final class FakeDiskTests: XCTestCase {
  private let memory = TestArena(byteCount: 1 << 20)

  /// Writes `value` to all bytes of the sectors and takes the completion.
  private func write(
    _ disk: FakeDisk, _ pool: inout BlockPool, sectors: Range<UInt64>, _ value: UInt8
  ) -> BlockCompletion.Status? {
    request(disk, &pool, .write, sectors, value)
  }

  private func request(
    _ disk: FakeDisk, _ pool: inout BlockPool, _ operation: BlockRequest.Operation,
    _ sectors: Range<UInt64> = 0..<0, _ value: UInt8 = 0
  ) -> BlockCompletion.Status? {
    submit(disk, &pool, operation, sectors, value)
    guard let completion = disk.completion() else { return nil }
    let status = completion.status
    pool.give(completion.request.block)
    return status
  }

  private func submit(
    _ disk: FakeDisk, _ pool: inout BlockPool, _ operation: BlockRequest.Operation,
    _ sectors: Range<UInt64> = 0..<0, _ value: UInt8 = 0
  ) {
    guard var block = pool.take() else { return XCTFail("the pool is empty") }
    var buffer = block.buffer
    for offset in 0..<sectors.count * 512 {
      buffer.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }
    let refused = disk.submit(
      BlockRequest(operation, sector: sectors.lowerBound, sectorCount: sectors.count, block: block))
    if let refused { pool.give(refused.block) }
  }

  private func firstBytes(_ disk: FakeDisk, _ sectors: Range<Int>) -> [UInt8] {
    let contents = disk.contents
    return sectors.map { contents[$0 * 512] }
  }

  func testFlushedWritesSurviveAndOthersAreLostTornOrReordered() throws {
    var outcomes: Set<[UInt8]> = []
    for seed in 1...200 as ClosedRange<UInt64> {
      let arena = TestArena(byteCount: 1 << 20)
      var pool = try BlockPool(count: 4, sectorCount: 8, in: &arena.arena)
      let disk = FakeDisk(sectorCount: 16, seed: seed)
      XCTAssertEqual(write(disk, &pool, sectors: 0..<4, 1), .succeeded)
      XCTAssertEqual(request(disk, &pool, .flush), .succeeded)
      XCTAssertEqual(write(disk, &pool, sectors: 1..<3, 2), .succeeded)
      XCTAssertEqual(write(disk, &pool, sectors: 2..<4, 3), .succeeded)
      submit(disk, &pool, .write, 8..<10, 4)
      XCTAssertEqual(firstBytes(disk, 0..<4), [1, 2, 3, 3], "a read sees the cache")
      disk.cutPower(returningBlocksTo: &pool)
      XCTAssertEqual(pool.freeCount, 4)
      let after = firstBytes(disk, 0..<4) + firstBytes(disk, 8..<10)
      XCTAssertEqual(after[0], 1)
      outcomes.insert(after)
    }
    XCTAssertTrue(outcomes.contains([1, 1, 1, 1, 0, 0]), "all lost")
    XCTAssertTrue(outcomes.contains([1, 2, 3, 3, 4, 4]), "all kept")
    XCTAssertTrue(outcomes.contains { $0[4] != $0[5] }, "torn inside a write under way")
    XCTAssertTrue(outcomes.contains { $0[1] == 1 && $0[3] == 3 }, "a later write without the earlier one")
    XCTAssertTrue(outcomes.contains { $0[2] == 2 && $0[3] == 3 }, "an older version of a sector")
  }

  func testAResetKeepsTheCache() throws {
    var pool = try BlockPool(count: 4, sectorCount: 8, in: &memory.arena)
    let disk = FakeDisk(sectorCount: 16)
    XCTAssertEqual(write(disk, &pool, sectors: 3..<4, 9), .succeeded)
    submit(disk, &pool, .flush)
    disk.resetMachine(returningBlocksTo: &pool)
    XCTAssertEqual(firstBytes(disk, 3..<4), [9])
    XCTAssertEqual(pool.freeCount, 4)
  }

  func testRefusals() throws {
    var pool = try BlockPool(count: 4, sectorCount: 8, in: &memory.arena)
    let disk = FakeDisk(sectorCount: 16)
    XCTAssertEqual(request(disk, &pool, .read, 15..<17), .failed, "beyond the end")
    disk.faults = [.init(.write, sector: 5)]
    XCTAssertEqual(write(disk, &pool, sectors: 2..<4, 1), .succeeded)
    XCTAssertEqual(write(disk, &pool, sectors: 4..<6, 1), .failed)
    XCTAssertEqual(write(disk, &pool, sectors: 4..<6, 1), .succeeded, "a fault is used up")
    disk.canFlush = false
    XCTAssertEqual(request(disk, &pool, .flush), .unsupported)
    disk.isReadOnly = true
    XCTAssertEqual(write(disk, &pool, sectors: 2..<4, 1), .failed)
    disk.queueLimit = 0
    XCTAssertNil(request(disk, &pool, .read, 0..<1))
    XCTAssertEqual(pool.freeCount, 4)
  }

  func testCancelledRequestsFailAndMayHaveBeenDone() throws {
    var outcomes: Set<UInt8> = []
    for seed in 1...20 as ClosedRange<UInt64> {
      let arena = TestArena(byteCount: 1 << 16)
      var pool = try BlockPool(count: 2, sectorCount: 8, in: &arena.arena)
      let disk = FakeDisk(sectorCount: 16, seed: seed)
      disk.delay = 5
      submit(disk, &pool, .write, 0..<1, 7)
      XCTAssertTrue(disk.armInterrupt())
      disk.cancelAll()
      guard let completion = disk.completion() else { return XCTFail("a cancelled request completes") }
      XCTAssertEqual(completion.status, .failed)
      pool.give(completion.request.block)
      outcomes.insert(disk.contents[0])
    }
    XCTAssertEqual(outcomes, [0, 7])
  }

  func testDelayAndOrder() throws {
    var pool = try BlockPool(count: 8, sectorCount: 8, in: &memory.arena)
    let disk = FakeDisk(sectorCount: 16)
    disk.delay = 2
    submit(disk, &pool, .read, 1..<2)
    XCTAssertNil(disk.nextSector(&pool))
    XCTAssertNil(disk.nextSector(&pool))
    XCTAssertEqual(disk.nextSector(&pool), 1)
    (disk.delay, disk.completesOutOfOrder) = (0, true)
    var orders: Set<[UInt64]> = []
    for _ in 0..<20 {
      for sector in 0..<4 as Range<UInt64> { submit(disk, &pool, .read, sector..<sector + 1) }
      orders.insert((0..<4).compactMap { _ in disk.nextSector(&pool) })
    }
    XCTAssertGreaterThan(orders.count, 3)
    XCTAssertTrue(orders.allSatisfy { $0.sorted() == [0, 1, 2, 3] })
  }
}

extension FakeDisk {
  /// Takes a completion; the sector it was for.
  fileprivate func nextSector(_ pool: inout BlockPool) -> UInt64? {
    guard let completion = completion() else { return nil }
    let sector = completion.request.sector
    pool.give(completion.request.block)
    return sector
  }
}
