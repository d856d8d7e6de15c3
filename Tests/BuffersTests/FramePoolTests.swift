import Buffers
import TestSupport
import XCTest

final class FramePoolTests: XCTestCase {
  func testLendsEveryFrameOnceAndBalances() throws {
    let memory = TestArena()
    var pool = try FramePool(count: 3, in: &memory.arena)
    var indexes: Set<Int> = []
    guard let first = pool.take(), let second = pool.take(), let third = pool.take() else {
      return XCTFail("a pool of three lends three")
    }
    indexes = [first.index, second.index, third.index]
    XCTAssertEqual(indexes, [0, 1, 2])
    XCTAssertEqual(pool.freeCount, 0)
    if let fourth = pool.take() {
      pool.give(fourth)
      XCTFail("a pool of three lent a fourth")
    }
    pool.give(second)
    pool.give(first)
    pool.give(third)
    XCTAssertEqual(pool.freeCount, pool.capacity)
  }

  func testAFrameShowsTheBytesWrittenToIt() throws {
    let memory = TestArena()
    var pool = try FramePool(count: 1, in: &memory.arena)
    guard var frame = pool.take() else { return XCTFail("an unused pool lends") }
    var buffer = frame.buffer
    XCTAssertEqual(buffer.byteCount, Frame.capacity)
    buffer.storeBytes(of: 0xAB, toByteOffset: 1, as: UInt8.self)
    frame.resize(to: 2)
    XCTAssertEqual(frame.bytes.byteCount, 2)
    XCTAssertEqual(unsafe frame.bytes.unsafeLoad(fromByteOffset: 1, as: UInt8.self), 0xAB)
    pool.give(frame)
  }
}
