import Buffers
import TestSupport
import XCTest

@testable import Partitions

/// A part of a disk behaves as a disk, and nothing beyond it is touched.
final class DiskPartTests: XCTestCase {
  private let memory = TestArena()

  private func pool() throws -> BlockPool { try BlockPool(count: 2, sectorCount: 128, in: &memory.arena) }

  private static let place = PartitionPlace(number: 1, firstSector: 40, sectorCount: 20)

  private struct Outcome: Equatable {
    var status: BlockCompletion.Status
    /// The sector that the request came back with.
    var sector: UInt64
  }

  /// Submits a request, a write with a block full of 0xA5; when it comes back at once, says with which sector and count.
  private func submit(
    _ operation: BlockRequest.Operation, at sector: UInt64, count: Int,
    to disk: inout DiskPart<FakeDisk>, _ blocks: inout BlockPool
  ) -> [UInt64]? {
    guard var block = blocks.take() else { fatalError("the test holds too many blocks") }
    if operation == .write {
      var buffer = block.buffer
      for offset in 0..<count * 512 { buffer.storeBytes(of: 0xA5, toByteOffset: offset, as: UInt8.self) }
    }
    let refused = disk.submit(BlockRequest(operation, sector: sector, sectorCount: count, block: block))
    guard let request = refused else { return nil }
    let back = [request.sector, UInt64(request.sectorCount)]
    blocks.give(request.block)
    return back
  }

  private func complete(_ disk: inout DiskPart<FakeDisk>, _ blocks: inout BlockPool) -> Outcome? {
    guard let completion = disk.completion() else { return nil }
    let outcome = Outcome(status: completion.status, sector: completion.request.sector)
    blocks.give(completion.request.block)
    return outcome
  }

  private func run(
    _ operation: BlockRequest.Operation, at sector: UInt64, count: Int,
    on disk: inout DiskPart<FakeDisk>, _ blocks: inout BlockPool
  ) -> Outcome? {
    XCTAssertNil(submit(operation, at: sector, count: count, to: &disk, &blocks))
    disk.flush()
    return complete(&disk, &blocks)
  }

  func testRequestsAreMovedAndComeBackAsTheyWere() throws {
    let file = FakeDisk(sectorCount: 100)
    var blocks = try pool()
    var part = DiskPart(wholeOf: file)
    part.narrow(to: Self.place)
    XCTAssertEqual(part.sectorCount, 20)
    for (sector, count): (UInt64, Int) in [(0, 1), (19, 1), (0, 20), (5, 3)] {
      for operation in [BlockRequest.Operation.write, .read] {
        let result = run(operation, at: sector, count: count, on: &part, &blocks)
        XCTAssertEqual(result?.status, .succeeded)
        XCTAssertEqual(result?.sector, sector)
        XCTAssertEqual(file.log.last?.sector, 40 + sector)
        XCTAssertEqual(file.log.last?.sectorCount, count)
      }
    }
    let result = run(.flush, at: 0, count: 0, on: &part, &blocks)
    XCTAssertEqual(result?.status, .succeeded)
    XCTAssertEqual(file.log.last?.sector, 0)
    let expected = (0..<100 * 512).map { (40 * 512..<60 * 512).contains($0) ? UInt8(0xA5) : 0 }
    XCTAssertEqual(file.contents, expected)
    XCTAssertEqual(blocks.freeCount, 2)
  }

  func testRequestsBeyondTheEndFailAndTouchNothing() throws {
    let file = FakeDisk(sectorCount: 100)
    var blocks = try pool()
    var part = DiskPart(wholeOf: file)
    part.narrow(to: Self.place)
    for (sector, count): (UInt64, Int) in [
      (20, 1), (19, 2), (0, 21), (1, 20), (59, 1), (60, 1), (99, 1), (1 << 62, 1), (.max >> 1, 1),
    ] {
      for operation in [BlockRequest.Operation.write, .read] {
        let outcome = run(operation, at: sector, count: count, on: &part, &blocks)
        XCTAssertEqual(outcome, Outcome(status: .failed, sector: sector))
      }
    }
    // Sums that would wrap around to sectors of the disk.
    for sector: UInt64 in [.max, .max - 38, .max - 39, .max - 40, 1 << 63, 1 << 63 + 41] {
      XCTAssertEqual(run(.write, at: sector, count: 1, on: &part, &blocks)?.status, .failed)
    }
    XCTAssertTrue(file.log.allSatisfy { $0.sector >= 1 << 63 })
    XCTAssertEqual(file.contents, [UInt8](repeating: 0, count: 100 * 512))
    XCTAssertEqual(blocks.freeCount, 2)
  }

  func testWhatTheDiskHasNoRoomForComesBackAsItWas() throws {
    let file = FakeDisk(sectorCount: 100)
    file.queueLimit = 0
    var blocks = try pool()
    var part = DiskPart(wholeOf: file)
    part.narrow(to: Self.place)
    XCTAssertEqual(submit(.read, at: 7, count: 2, to: &part, &blocks), [7, 2])
  }

  func testWhatIsCancelledFails() throws {
    let file = FakeDisk(sectorCount: 100)
    file.delay = 5
    var blocks = try pool()
    var part = DiskPart(wholeOf: file)
    part.narrow(to: Self.place)
    XCTAssertNil(run(.write, at: 3, count: 1, on: &part, &blocks))
    part.cancelAll()
    XCTAssertEqual(complete(&part, &blocks), Outcome(status: .failed, sector: 3))
  }

  func testTheWholeDiskIsAPart() throws {
    let file = FakeDisk(sectorCount: 100)
    var blocks = try pool()
    var whole = DiskPart(wholeOf: file)
    XCTAssertEqual(whole.sectorCount, 100)
    XCTAssertEqual(run(.write, at: 99, count: 1, on: &whole, &blocks)?.status, .succeeded)
    XCTAssertEqual(file.log.last?.sector, 99)
    XCTAssertEqual(run(.write, at: 99, count: 2, on: &whole, &blocks)?.status, .failed)
    file.isReadOnly = true
    file.canFlush = false
    XCTAssertTrue(whole.isReadOnly)
    XCTAssertFalse(whole.canFlush)
    XCTAssertEqual(run(.flush, at: 0, count: 0, on: &whole, &blocks)?.status, .unsupported)
  }
}
