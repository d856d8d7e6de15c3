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

  func testFramesKnowTheirPool() throws {
    let memory = TestArena()
    var pools = try Table<FramePool?>(count: FramePool.numberCount, in: &memory.arena) { _ in nil }
    for number in 0..<pools.count {
      pools[number] = try FramePool(count: 2, number: number, in: &memory.arena)
    }
    for number in 0..<pools.count {
      guard var first = pools[number]!.take(), var second = pools[number]!.take() else {
        return XCTFail("a pool of two lends two")
      }
      XCTAssertEqual([first.pool, second.pool], [number, number])
      first.resize(to: Frame.capacity)
      second.resize(to: 1)
      // Each has memory of its own, whatever the number.
      for offset in 0..<Frame.capacity {
        var one = first.buffer
        one.storeBytes(of: UInt8(number), toByteOffset: offset, as: UInt8.self)
        var other = second.buffer
        other.storeBytes(of: 0xFF, toByteOffset: offset, as: UInt8.self)
      }
      XCTAssertEqual(unsafe first.bytes.unsafeLoad(fromByteOffset: 1513, as: UInt8.self), UInt8(number))
      second.copy(from: first)
      XCTAssertEqual(second.byteCount, Frame.capacity)
      XCTAssertEqual(unsafe second.bytes.unsafeLoad(fromByteOffset: 1513, as: UInt8.self), UInt8(number))
      pools[number]!.give(second)
      pools[number]!.give(first)
    }
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
