import Buffers
import TestSupport
import XCTest

@testable import Partitions

/// The search on a disk that is slow, fails, or never answers.
final class SearchOnDiskTests: XCTestCase {
  private let memory = TestArena()
  private static let place = PartitionSearchTests.place

  private func search(
    _ disk: FakeDisk, wait: (inout FakeDisk) -> Void = { _ in }
  ) throws -> (PartitionAnswer, PartitionTableError?) {
    var disk = disk
    var blocks = try BlockPool(count: 1, sectorCount: 128, in: &memory.arena)
    var search = PartitionSearch(for: .journal, sectorCount: disk.sectorCount)
    let answer = search.run(on: &disk, &blocks, wait: wait)
    XCTAssertEqual(blocks.freeCount, 1)
    return (answer, search.firstError)
  }

  func testASlowDiskIsWaitedFor() throws {
    let disk = FakeDisk(contents: TableImage.two.bytes)
    disk.delay = 5
    var waitCount = 0
    let found = try search(disk) { _ in waitCount += 1 }
    XCTAssertEqual(found.0, .found(Self.place))
    XCTAssertEqual(waitCount, 15)
  }

  func testADiskThatNeverAnswersIsGivenUp() throws {
    let disk = FakeDisk(contents: TableImage.two.bytes)
    disk.delay = 1 << 40
    XCTAssertEqual(try search(disk) { $0.cancelAll() }.0, .failed(.unreadable))
  }

  func testFailedReadsLeadToTheBackup() throws {
    for sector: UInt64 in [1, 2, 33] {
      let disk = FakeDisk(contents: TableImage.two.bytes)
      disk.faults = [FakeDisk.Fault(.read, sector: sector)]
      let found = try search(disk)
      XCTAssertEqual(found.0, .found(Self.place))
      XCTAssertEqual(found.1, .unreadable)
    }
    let disk = FakeDisk(contents: TableImage.two.bytes)
    disk.faults = [FakeDisk.Fault(.read, sector: 0)]
    XCTAssertEqual(try search(disk).0, .failed(.unreadable))
  }

  func testADiskThatTakesNothingIsUnreadable() throws {
    let disk = FakeDisk(contents: TableImage.two.bytes)
    disk.queueLimit = 0
    XCTAssertEqual(try search(disk).0, .failed(.unreadable))
  }
}
