import Buffers
import TestSupport
import XCTest

final class ArenaTests: XCTestCase {
  func testAlignsAndNeverOverlaps() throws {
    let memory = TestArena(byteCount: 4096)
    var end: UInt = 0
    for (byteCount, alignment) in [(3, 1), (8, 64), (100, 16), (1, 1), (0, 256)] {
      let start = unsafe UInt(bitPattern: try memory.arena.carve(byteCount: byteCount, alignment: alignment))
      XCTAssertEqual(start % UInt(alignment), 0)
      XCTAssertGreaterThanOrEqual(start, end)
      end = start + UInt(byteCount)
    }
  }

  func testSaysWhenItIsExhaustedAndKeepsWhatItHas() throws {
    let memory = TestArena(byteCount: 128)
    XCTAssertThrowsError(try Table(repeating: UInt8(0), count: 129, in: &memory.arena).count)
    XCTAssertThrowsError(try Table(repeating: UInt64(0), count: .max / 4, in: &memory.arena).count)
    _ = unsafe try memory.arena.carve(byteCount: 128, alignment: 1)
    XCTAssertEqual(memory.arena.remainingByteCount, 0)
  }

  func testATableStartsAsGivenAndIsChangedInPlace() throws {
    let memory = TestArena()
    var table = try Table(count: 5, in: &memory.arena) { $0 * $0 }
    table[3] += 1
    XCTAssertEqual((0..<5).map { table[$0] }, [0, 1, 4, 10, 16])
  }
}
