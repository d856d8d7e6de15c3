import Firmware
import TestSupport
import XCTest

/// Tables that are broken in every way: nothing traps, nothing loops, and what is read stays in its bounds.
final class HostileTablesTests: XCTestCase {
  /// Where the checksum of each piece of the image is; of the root pointer the second one covers the first.
  private static let checksums = [32, 9, 9, 9, 9, 9]

  /// What must hold of whatever was read.
  private func isSane(_ tables: MachineTables) -> Bool {
    guard tables.processors.count <= 255, !tables.processors.contains(255) else { return false }
    guard (1...MachineTables.mostNodes).contains(tables.nodes.count) else { return false }
    guard (0..<256).allSatisfy({ tables.nodes.node(ofProcessor: UInt8($0)) < tables.nodes.count }) else {
      return false
    }
    return tables.lines.controllerCount <= MachineTables.mostControllers
  }

  func testBrokenBytesWithRightSumsNeitherTrapNorLoop() {
    var random = SeededRandom()
    var (different, unchanged) = (0, 0)
    for _ in 0..<600 {
      var image = MachineTablesTests.image()
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let piece = Int.random(in: 0..<image.pieces.count, using: &random)
        let offset = Int.random(in: 0..<image.pieces[piece].bytes.count, using: &random)
        let values: [UInt8] = [0, 1, 2, 0xFF, UInt8.random(in: 0...255, using: &random)]
        image.change(piece: piece, offset: offset, to: values.randomElement(using: &random)!)
        if piece != 0 || offset < 20 { image.repair(piece: 0, checksumAt: 8) }
        image.repair(piece: piece, checksumAt: Self.checksums[piece])
      }
      if Bool.random(using: &random) {
        let piece = Int.random(in: 0..<image.pieces.count, using: &random)
        image.cut(piece: piece, to: Int.random(in: 0..<image.pieces[piece].bytes.count, using: &random))
      }
      let tables = MachineTables(image, MachineTablesTests.pointer)
      XCTAssertTrue(isSane(tables), "SEED=\(random.seed)")
      if tables.processors.count == 4 && tables.nodes.count == 2 { unchanged += 1 } else { different += 1 }
    }
    // The control: the damage is seen, and not all of it hides everything.
    XCTAssertGreaterThan(different, 60, "SEED=\(random.seed)")
    XCTAssertGreaterThan(unchanged, 15, "SEED=\(random.seed)")
  }

  func testMemoryOfRandomWordsNamesNobody() {
    var random = SeededRandom()
    for _ in 0..<3 {
      var image = FirmwareImage()
      image.place((0..<0x20000).map { _ in UInt8.random(in: 0...255, using: &random) }, at: 0xE0000)
      XCTAssertEqual(MachineTables(image, MachineTablesTests.noPlaces).source, .none, "SEED=\(random.seed)")
    }
  }

  func testARootTableThatNamesItselfEnds() {
    var image = FirmwareImage()
    image.place(Table.rootPointer(rsdt: 0x10_1000), at: 0x7F000)
    image.place(Table.acpi("RSDT", [UInt8](repeating: 0, count: 4_000)), at: 0x10_1000)
    image.place(Table.acpi("RSDT", .little(UInt32(0x10_1000)) + .little(UInt32(0x10_1000))), at: 0x10_1000)
    XCTAssertEqual(MachineTables(image, MachineTablesTests.pointer).source, .none)
  }

  func testLengthsBeyondTheTableEndTheWalk() {
    for length: UInt8 in [0, 1, 9, 255] {
      var image = FirmwareImage()
      image.place(Table.rootPointer(rsdt: 0x10_1000), at: 0x7F000)
      image.place(Table.acpi("RSDT", .little(UInt32(0x10_2000))), at: 0x10_1000)
      image.place(Table.madt([Table.localAPIC(3), [0, length, 4, 4, 1, 0, 0, 0]]), at: 0x10_2000)
      let tables = MachineTables(image, MachineTablesTests.pointer)
      XCTAssertTrue(tables.processors.contains(3))
      XCTAssertFalse(tables.processors.contains(4), "length \(length)")
    }
  }

  func testStructuresThatAreTooShortSayNothing() {
    var image = FirmwareImage()
    image.place(Table.rootPointer(rsdt: 0x10_1000), at: 0x7F000)
    image.place(Table.acpi("RSDT", .little(UInt32(0x10_2000)) + .little(UInt32(0x10_3000))), at: 0x10_1000)
    image.place(
      Table.madt([
        [0, 7, 1, 1, 1, 0, 0], Table.localAPIC(3), [9, 8, 0, 0, 5, 0, 0, 0], [1, 4, 0, 0], [2, 4, 0, 0],
      ]), at: 0x10_2000)
    image.place(
      Table.srat([[0, 8, 5, 3, 1, 0, 0, 0], [1, 8, 1, 1, 1, 1, 1, 1], [2, 4, 1, 1]]), at: 0x10_3000)
    let tables = MachineTables(image, MachineTablesTests.pointer)
    XCTAssertEqual(tables.processors.count, 1)
    XCTAssertEqual(tables.lines.controllerCount, 0)
    XCTAssertEqual(tables.nodes.count, 1)
  }

  func testMoreThanThereIsRoomForIsLeftOut() {
    var image = FirmwareImage()
    image.place(Table.rootPointer(rsdt: 0x10_1000), at: 0x7F000)
    image.place(Table.acpi("RSDT", .little(UInt32(0x11_0000)) + .little(UInt32(0x12_0000))), at: 0x10_1000)
    let controllers = (0..<20).map { Table.controller(UInt32($0) << 12, firstLine: UInt32($0) * 24) }
    image.place(Table.madt((0...255).map { Table.localAPIC(UInt8($0)) } + controllers), at: 0x11_0000)
    image.place(
      Table.srat(
        (0...255).map { Table.processorAffinity(UInt8($0), domain: UInt32($0)) }
          + (0..<100).map { Table.memoryAffinity($0 << 20, 1 << 20, domain: UInt32($0)) }
          + [Table.memoryAffinity(.max - 5, .max, domain: 1)]), at: 0x12_0000)
    let tables = MachineTables(image, MachineTablesTests.pointer)
    XCTAssertTrue(isSane(tables))
    XCTAssertEqual(tables.processors.count, 255)
    XCTAssertEqual(tables.unreachableProcessorCount, 1)
    XCTAssertEqual(tables.lines.controllerCount, MachineTables.mostControllers)
    XCTAssertEqual(tables.nodes.count, MachineTables.mostNodes)
    XCTAssertEqual(tables.nodes.node(ofProcessor: 15), 15)
    XCTAssertEqual(tables.nodes.node(ofProcessor: 16), 0)
  }
}
