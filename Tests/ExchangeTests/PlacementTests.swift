import Exchange
import XCTest

final class PlacementTests: XCTestCase {
  private func placed(_ line: String, _ coreCount: Int, file: StaticString = #filePath, at: UInt = #line)
    throws
    -> Placement
  {
    try XCTUnwrap(outcome(line, coreCount: coreCount).placement, line, file: file, line: at)
  }

  func testDefaults() throws {
    for (coreCount, word) in [
      (1, "cores=io:0,orders:0,timers:0,journal:0"), (2, "cores=io:0,orders:1,timers:0,journal:0"),
      (4, "cores=io:0,orders:1,2,3,timers:0,journal:0"),
      (16, "cores=io:0,orders:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,timers:0,journal:0"),
      (40, "cores=io:0,orders:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,timers:0,journal:0"),
    ] {
      XCTAssertEqual(written(try placed("", coreCount)), word)
      XCTAssertEqual(written(try placed("durability=none", coreCount)), word)
    }
    XCTAssertEqual(try placed("", 1), .oneCore)
  }

  func testWhatIsAskedForIsPlaced() throws {
    for (asked, coreCount, word) in [
      ("orders:1,2,io:0", 4, "io:0,orders:1,2,timers:0,journal:0"),
      ("journal:3,timers:2,orders:1,io:0", 4, "io:0,orders:1,timers:2,journal:3"),
      ("orders:1-3", 4, "io:0,orders:1,2,3,timers:0,journal:0"),
      ("orders:3,1", 4, "io:0,orders:1,3,timers:0,journal:0"),
      ("orders:1,3-5,7", 8, "io:0,orders:1,3,4,5,7,timers:0,journal:0"),
      ("io:0-1", 4, "io:0,1,orders:2,3,timers:0,journal:0"),
      ("io:1,0", 4, "io:0,1,orders:2,3,timers:0,journal:0"),
      ("io:0,1,orders:1", 2, "io:0,1,orders:1,timers:0,journal:0"),
      ("io:0,1,orders:0", 2, "io:0,1,orders:0,timers:0,journal:0"),
      ("orders:0", 4, "io:0,orders:0,timers:0,journal:0"),
      ("timers:interrupts", 2, "io:0,orders:1,timers:0,journal:0"),
      ("timers:interrupts,journal:1", 2, "io:0,orders:1,timers:0,journal:1"),
      ("orders:01", 2, "io:0,orders:1,timers:0,journal:0"),
      ("timers:3", 4, "io:0,orders:1,2,3,timers:3,journal:0"),
    ] {
      XCTAssertEqual(written(try placed("cores=\(asked)", coreCount)), "cores=\(word)", asked)
    }
    // The last one counts, and the whole of it.
    let last = try placed("cores=timers:1,orders:2 cores=orders:1", 4)
    XCTAssertEqual(written(last), "cores=io:0,orders:1,timers:0,journal:0")
  }

  func testRolesOfEachCore() throws {
    let placement = try placed("cores=io:0,1,orders:2,3,timers:3,journal:1", 6)
    XCTAssertEqual(placement.sessionsCore, 0)
    XCTAssertFalse(placement.isFastDelivery)
    let expected: [[CoreRole]] = [[.io], [.io, .journal], [.orders], [.orders, .timers], [], []]
    for (core, roles) in expected.enumerated() {
      for role in [CoreRole.io, .orders, .timers, .journal] {
        XCTAssertEqual(placement.roles(of: core).contains(role), roles.contains(role), "\(role) on \(core)")
      }
      XCTAssertEqual(placement.roles(of: core).isEmpty, roles.isEmpty)
    }
    XCTAssertEqual(numbers(placement.usedCores), [0, 1, 2, 3])
    XCTAssertTrue(try placed("cores=orders:0", 4).isFastDelivery)
    XCTAssertTrue(try placed("", 1).isFastDelivery)
  }

  func testSetsOfCores() {
    var cores = CoreSet()
    XCTAssertTrue(cores.isEmpty)
    XCTAssertNil(cores.first)
    for core in [3, 0, 15, 3] { cores.insert(core) }
    XCTAssertEqual(numbers(cores), [0, 3, 15])
    XCTAssertEqual(
      [cores.next(from: 0), cores.next(from: 1), cores.next(from: 4), cores.next(from: 16)], [0, 3, 15, nil])
    XCTAssertEqual([0, 3, 15].map(cores.index(of:)), [0, 1, 2])
    XCTAssertFalse(cores.contains(-1) || cores.contains(16) || cores.contains(1))
    XCTAssertEqual(numbers(cores.subtracting(CoreSet(3))), [0, 15])
    XCTAssertTrue(CoreSet(3).isSubset(of: cores))
    XCTAssertFalse(CoreSet(4).isSubset(of: cores))
    XCTAssertEqual(numbers(CoreSet(14..<99)), [14, 15])
    XCTAssertEqual(CoreSet(0..<16).count, CoreSet.limit)
  }
}
