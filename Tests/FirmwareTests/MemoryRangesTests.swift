import Firmware
import TestSupport
import XCTest

/// Maps as loaders give them, and as they should not: nothing is used that one of them calls unusable.
final class MemoryRangesTests: XCTestCase {
  private let mebibyte: UInt64 = 1 << 20

  private func ranges(_ list: [MemoryRange]) -> MemoryRanges {
    var ranges = MemoryRanges()
    for range in list { ranges.add(range) }
    return ranges
  }

  private func range(_ start: UInt64, _ end: UInt64, _ isUsable: Bool = true) -> MemoryRange {
    MemoryRange(start: start, byteCount: end - start, isUsable: isUsable)
  }

  private func pieces(_ list: [MemoryRange], from low: UInt64 = 0, to high: UInt64 = .max) -> [[UInt64]] {
    let pieces = MemoryPieces(ranges(list), from: low, to: high, NodeTable())
    return (0..<pieces.count).map { [pieces[$0].start, pieces[$0].end] }
  }

  func testTheISAHoleIsNotUsed() {
    let hole = [
      range(0, 15 * mebibyte), range(15 * mebibyte, 16 * mebibyte, false),
      range(16 * mebibyte, 64 * mebibyte),
    ]
    for list in [hole, hole.reversed(), [range(0, 64 * mebibyte), hole[1]]] {
      XCTAssertEqual(
        pieces(list, from: 3 * mebibyte),
        [[3 * mebibyte, 15 * mebibyte], [16 * mebibyte, 64 * mebibyte]])
    }
    XCTAssertEqual(
      pieces([hole[0], hole[2]], from: 3 * mebibyte),
      [[3 * mebibyte, 15 * mebibyte], [16 * mebibyte, 64 * mebibyte]], "a hole is what no range names, too")
  }

  func testNeighboursAndRangesThatOverlapAreOnePiece() {
    XCTAssertEqual(
      pieces([range(100, 200), range(200, 300), range(250, 400), range(100, 120)]), [[100, 400]])
    XCTAssertEqual(pieces([range(300, 400), range(100, 200), range(200, 300)]), [[100, 400]])
  }

  func testWhatOverlapsWithAnUnusableRangeIsNotUsable() {
    XCTAssertEqual(pieces([range(100, 400), range(200, 500, false)]), [[100, 200]])
    XCTAssertEqual(pieces([range(50, 110, false), range(100, 400)]), [[110, 400]])
    XCTAssertEqual(pieces([range(100, 400), range(100, 400, false)]), [])
    XCTAssertEqual(pieces([range(0, .max, false), range(100, 400)]), [])
  }

  func testEmptyRangesAndRangesBeyondAllAddresses() {
    XCTAssertEqual(pieces([MemoryRange(start: 100, byteCount: 0, isUsable: true)]), [])
    XCTAssertEqual(
      pieces([range(50, 200), MemoryRange(start: 100, byteCount: 0, isUsable: false)]), [[50, 200]])
    XCTAssertEqual(
      pieces([MemoryRange(start: .max - 9, byteCount: .max, isUsable: true)]), [[.max - 9, .max]])
    XCTAssertEqual(
      pieces([range(0, 1000), MemoryRange(start: 500, byteCount: .max, isUsable: false)]), [[0, 500]])
  }

  func testWhetherAllBytesOfAPlaceAreUsable() {
    let map = ranges([
      range(0, 0x9_FC00), range(0x9_FC00, 0xA_0000, false), range(mebibyte, 4 * mebibyte),
      range(4 * mebibyte, 8 * mebibyte),
    ])
    XCTAssertTrue(map.isUsable(from: 0x8000, to: 0x9000))
    XCTAssertTrue(map.isUsable(from: 2 * mebibyte, to: 8 * mebibyte), "over the border of two")
    XCTAssertFalse(map.isUsable(from: 2 * mebibyte, to: 8 * mebibyte + 1))
    XCTAssertFalse(map.isUsable(from: 0x9_F000, to: 0xA_0000))
    XCTAssertTrue(map.isUsable(from: 0x9_FBFF, to: 0x9_FC00))
    XCTAssertFalse(map.isUsable(from: mebibyte - 1, to: mebibyte + 1))
    XCTAssertFalse(MemoryRanges().isUsable(from: 0x8000, to: 0x9000))
    XCTAssertFalse(
      ranges([range(0, 0xA000), range(0x8800, 0x8801, false)]).isUsable(from: 0x8000, to: 0x9000))
  }

  func testAsManyAsFirmwareHasAreKept() {
    let list = (0..<UInt64(MemoryRanges.most)).map { range($0 * 10, $0 * 10 + 9, $0 % 5 == 0) }
    let map = ranges(list)
    XCTAssertEqual(map.count, MemoryRanges.most)
    XCTAssertEqual(map.leftOutCount, 0)
    for range in list { XCTAssertEqual(map.isUsable(from: range.start, to: range.end), range.isUsable) }
  }

  func testTooManyUnusableRangesLeaveNothingToUse() {
    var list = (0..<UInt64(200)).map { range($0 * 10, $0 * 10 + 9, false) }
    list.insert(range(0, 5000), at: 0)
    list.append(range(5000, 6000))
    let map = ranges(list)
    XCTAssertEqual(map.leftOutCount, 202 - MemoryRanges.most)
    XCTAssertEqual(pieces(list), [])
  }

  /// Whether what is said to be usable is so by the whole list. `ends` are all places where that may change.
  private func usesNothingForbidden(_ list: [MemoryRange], _ isUsable: (UInt64) -> Bool) -> Bool {
    list.flatMap { [$0.start, $0.end - 1] }.allSatisfy { address in
      let naming = list.filter { $0.start <= address && address < $0.end }
      return !isUsable(address) || (!naming.isEmpty && naming.allSatisfy(\.isUsable))
    }
  }

  func testOfTooManyRangesNoneIsUsedByMistake() {
    var random = SeededRandom()
    var (caughtCount, usedCount) = (0, 0)
    for _ in 0..<60 {
      let unusablePart = Int.random(in: 1...9, using: &random)
      let list = (0..<Int.random(in: 129...300, using: &random)).map { _ in
        MemoryRange(
          start: UInt64.random(in: 0..<4000, using: &random),
          byteCount: UInt64.random(in: 1..<40, using: &random),
          isUsable: Int.random(in: 0..<10, using: &random) >= unusablePart)
      }
      let map = ranges(list)
      XCTAssertEqual(map.leftOutCount, list.count - MemoryRanges.most)
      XCTAssertTrue(usesNothingForbidden(list) { map.isUsable(from: $0, to: $0 + 1) }, "SEED=\(random.seed)")
      if list.contains(where: { map.isUsable(from: $0.start, to: $0.start + 1) }) { usedCount += 1 }
      // The control: a map that simply ends when it is full takes memory that a later range forbids.
      let cut = ranges(Array(list.prefix(MemoryRanges.most)))
      if !usesNothingForbidden(list, { cut.isUsable(from: $0, to: $0 + 1) }) { caughtCount += 1 }
    }
    XCTAssertGreaterThan(caughtCount, 50, "SEED=\(random.seed)")
    XCTAssertGreaterThan(usedCount, 15, "SEED=\(random.seed)")
  }

  func testTheLargestUsableRangesAreKept() {
    let small = (0..<UInt64(128)).map { range(1 << 30 + $0 * 100, 1 << 30 + $0 * 100 + 10) }
    let list =
      small + [range(0, mebibyte), range(mebibyte, 2 * mebibyte, false), range(2 * mebibyte, 64 * mebibyte)]
    XCTAssertEqual(pieces(list, to: 1 << 30), [[0, mebibyte], [2 * mebibyte, 64 * mebibyte]])
  }
}
