import Firmware
import TestSupport
import XCTest

final class MemoryPiecesTests: XCTestCase {
  private func ranges(_ list: [(UInt64, UInt64, Bool)]) -> MemoryRanges {
    var ranges = MemoryRanges()
    for (start, end, isUsable) in list {
      ranges.add(MemoryRange(start: start, byteCount: end - start, isUsable: isUsable))
    }
    return ranges
  }

  private func all(_ pieces: MemoryPieces) -> [MemoryPiece] { (0..<pieces.count).map { pieces[$0] } }

  private func nodes(_ memory: [(UInt64, UInt64, UInt32)]) -> NodeTable {
    var image = FirmwareImage()
    image.place(Table.rootPointer(rsdt: 0x10_1000), at: 0x7F000)
    image.place(Table.acpi("RSDT", .little(UInt32(0x12_0000))), at: 0x10_1000)
    image.place(
      Table.srat(memory.map { Table.memoryAffinity($0.0, $0.1 - $0.0, domain: $0.2) }), at: 0x12_0000)
    return MachineTables(image, MachineTablesTests.pointer).nodes
  }

  func testHolesAndNodesCut() {
    let usable = ranges([
      (0, 640, true), (1024, 5000, true), (2000, 2100, false), (5000, 6000, true), (7000, 9000, true),
    ])
    let pieces = MemoryPieces(usable, from: 1500, to: 8000, nodes([(0, 4000, 7), (4000, 10_000, 9)]))
    XCTAssertEqual(
      all(pieces),
      [
        MemoryPiece(start: 1500, end: 2000, node: 0), MemoryPiece(start: 2100, end: 4000, node: 0),
        MemoryPiece(start: 4000, end: 6000, node: 1), MemoryPiece(start: 7000, end: 8000, node: 1),
      ])
    XCTAssertEqual(pieces.byteCount(ofNode: 1), 3000)
  }

  func testTheLargestGoesFirstAndOnlyOnce() {
    var pieces = MemoryPieces(
      ranges([(100, 200, true), (300, 900, true), (1000, 1300, true)]), from: 0, to: 2000, NodeTable())
    XCTAssertEqual(pieces.takeLargest(ofNode: 0)?.start, 300)
    XCTAssertEqual(pieces.takeLargest(ofNode: 0)?.start, 1000)
    XCTAssertEqual(pieces.takeLargest(ofNode: 0)?.start, 100)
    XCTAssertNil(pieces.takeLargest(ofNode: 0))
    XCTAssertNil(pieces.takeLargest(ofNode: 1))
  }

  func testTheSmallestPiecesAreLeftOutWhenThereAreTooMany() {
    // 40 pieces: each of 20 ranges is cut by the nodes. The other node's are the smaller ones.
    var usable = MemoryRanges()
    var cuts: [(UInt64, UInt64, UInt32)] = [(90_000, 90_001, 0)]
    for index: UInt64 in 0..<20 {
      usable.add(MemoryRange(start: index * 1000, byteCount: 100 + 2 * index, isUsable: true))
      cuts.append((index * 1000 + 60, index * 1000 + 500, 1))
    }
    let nodes = self.nodes(cuts)
    let pieces = MemoryPieces(usable, from: 0, to: 100_000, nodes)
    XCTAssertEqual(pieces.count, MemoryPieces.most)
    XCTAssertEqual(all(pieces).filter { $0.node == 0 }.count, 20, "the larger pieces are all kept")
    XCTAssertEqual(all(pieces).map(\.byteCount).min(), 56, "and of the smaller ones the largest")
  }

  /// Random maps that overlap and run over all addresses, against a look at every byte.
  func testAgreesWithALookAtEveryByte() {
    var random = SeededRandom()
    for _ in 0..<100 {
      var usable = MemoryRanges()
      var list: [MemoryRange] = []
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let isWhole = Int.random(in: 0..<12, using: &random) == 0
        let range = MemoryRange(
          start: UInt64.random(in: 0..<200, using: &random),
          byteCount: isWhole ? .max : UInt64.random(in: 0..<80, using: &random),
          isUsable: Int.random(in: 0..<4, using: &random) > 0)
        list.append(range)
        usable.add(range)
      }
      let table = nodes(
        (0..<Int.random(in: 0...4, using: &random)).map { index in
          let start = UInt64.random(in: 0..<200, using: &random)
          return (start, start + UInt64.random(in: 1..<90, using: &random), UInt32(index % 3))
        })
      let pieces = all(MemoryPieces(usable, from: 10, to: 190, table))
      for address in UInt64(0)..<200 {
        let naming = list.filter { $0.start <= address && address < $0.end }
        let isUsable = !naming.isEmpty && naming.allSatisfy(\.isUsable) && (10..<190).contains(address)
        let holding = pieces.filter { $0.start <= address && address < $0.end }
        XCTAssertEqual(
          holding.map(\.node), isUsable ? [table.node(ofAddress: address)] : [], "SEED=\(random.seed)")
      }
      for (one, next) in zip(pieces, pieces.dropFirst()) where one.end == next.start {
        XCTAssertNotEqual(one.node, next.node, "cut for no reason, SEED=\(random.seed)")
      }
    }
  }
}
