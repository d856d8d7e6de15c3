import Firmware
import XCTest

final class ProcessorSetTests: XCTestCase {
  func testHoldsWhatWasInsertedInOrder() {
    var set = ProcessorSet()
    for identifier: UInt8 in [254, 0, 63, 64, 3, 3] { set.insert(identifier) }
    set.remove(63)
    set.remove(100)
    var seen: [UInt8] = []
    set.forEach { seen.append($0) }
    XCTAssertEqual(seen, [0, 3, 64, 254])
    XCTAssertEqual(set.count, 4)
    XCTAssertTrue(set.contains(64))
    XCTAssertFalse(set.contains(63))
  }

  func testTheAddressOfAllIsNoProcessor() {
    var set = ProcessorSet()
    set.insert(255)
    XCTAssertEqual(set, ProcessorSet())
    XCTAssertEqual(set.count, 0)
  }
}
