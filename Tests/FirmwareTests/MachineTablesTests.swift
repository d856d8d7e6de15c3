import Firmware
import XCTest

final class MachineTablesTests: XCTestCase {
  static let noPlaces = FirmwarePlaces(rootPointer: 0, extendedDataArea: 0)
  static let pointer = FirmwarePlaces(rootPointer: 0x7F000, extendedDataArea: 0)

  /// Two nodes with two processors each, one place that is empty, a processor too far to reach, an override.
  static func image(rootPointerAt address: UInt64 = 0x7F000, usesXSDT: Bool = true) -> FirmwareImage {
    var image = FirmwareImage()
    image.place(Table.rootPointer(rsdt: 0x10_1000, xsdt: usesXSDT ? 0x10_2000 : nil), at: address)
    image.place(Table.acpi("RSDT", .little(UInt32(0x10_4000)) + .little(UInt32(0x10_3000))), at: 0x10_1000)
    image.place(
      Table.acpi(
        "XSDT", .little(UInt64(0x10_4000)) + .little(UInt64(0x10_3000)) + .little(UInt64(0x10_5000))),
      at: 0x10_2000)
    image.place(
      Table.madt([
        Table.localAPIC(2), Table.localAPIC(0), Table.localAPIC(7, flags: 2), Table.localAPIC(1),
        Table.localX2APIC(9), Table.localX2APIC(300),
        Table.controller(0xFEC1_0000, firstLine: 24), Table.controller(0xFEC0_0000, firstLine: 0),
        Table.override(0, to: 2), Table.override(9, to: 21, flags: 0b1111), [77, 4, 1, 2],
      ]), at: 0x10_3000)
    image.place(Table.acpi("FACP", [1, 2, 3]), at: 0x10_4000)
    image.place(
      Table.srat([
        Table.processorAffinity(0, domain: 0x1234_5678), Table.processorAffinity(1, domain: 0x1234_5678),
        Table.processorAffinity(2, domain: 3), Table.processorAffinity(wide: 9, domain: 3),
        Table.processorAffinity(0, domain: 99, flags: 0),
        Table.memoryAffinity(0, 64 << 20, domain: 0x1234_5678),
        Table.memoryAffinity(64 << 20, 64 << 20, domain: 3),
        Table.memoryAffinity(0, 1 << 40, domain: 99, flags: 0),
      ]), at: 0x10_5000)
    return image
  }

  private func identifiers(_ tables: MachineTables) -> [UInt8] {
    var found: [UInt8] = []
    tables.processors.forEach { found.append($0) }
    return found
  }

  func testReadsWhatACPISays() {
    let tables = MachineTables(Self.image(), Self.pointer)
    XCTAssertEqual(tables.source, .acpi)
    XCTAssertEqual(identifiers(tables), [0, 1, 2, 9])
    XCTAssertEqual(tables.disabledProcessorCount, 1)
    XCTAssertEqual(tables.unreachableProcessorCount, 1)
  }

  func testLinesFollowTheirOverrides() {
    let lines = MachineTables(Self.image(), Self.pointer).lines
    XCTAssertEqual(lines[0].global, 2)
    XCTAssertEqual(lines[4].global, 4)
    XCTAssertFalse(lines[4].isActiveLow)
    XCTAssertEqual(lines[9].global, 21)
    XCTAssertTrue(lines[9].isActiveLow && lines[9].isLevelTriggered)
    XCTAssertEqual(lines.controller(ofLine: 23)?.address, 0xFEC0_0000)
    XCTAssertEqual(lines.controller(ofLine: 24)?.address, 0xFEC1_0000)
  }

  func testNodesAreNumberedByTheirDomains() {
    let nodes = MachineTables(Self.image(), Self.pointer).nodes
    XCTAssertEqual(nodes.count, 2)
    XCTAssertEqual([0, 1, 2, 9].map { nodes.node(ofProcessor: $0) }, [1, 1, 0, 0])
    XCTAssertEqual(nodes.node(ofAddress: 0), 1)
    XCTAssertEqual(nodes.node(ofAddress: 64 << 20), 0)
    XCTAssertEqual(nodes.node(ofAddress: 1 << 39), 0)
  }

  func testTheOlderRootTableHasNoSRATHere() {
    let tables = MachineTables(Self.image(usesXSDT: false), Self.pointer)
    XCTAssertEqual(tables.source, .acpi)
    XCTAssertEqual(tables.processors.count, 4)
    XCTAssertEqual(tables.nodes.count, 1)
  }

  func testTheRootPointerIsSearched() {
    for (address, area) in [(0x9_FC10, 0x9_FC00), (0xE_0000, 0), (0xF_FFF0 - 32, 0)] as [(UInt64, UInt64)] {
      let places = FirmwarePlaces(rootPointer: 0, extendedDataArea: area)
      XCTAssertEqual(MachineTables(Self.image(rootPointerAt: address), places).source, .acpi, "at \(address)")
    }
    // Not where nobody may put it: between the areas, and at no multiple of 16.
    for address in [0xC_0000, 0xE_0008] as [UInt64] {
      XCTAssertEqual(MachineTables(Self.image(rootPointerAt: address), Self.noPlaces).source, .none)
    }
  }

  func testAWrongSumHidesATable() {
    for piece in 0..<4 {
      var image = Self.image()
      image.change(piece: piece, offset: 12, to: 0xEE)
      let tables = MachineTables(image, Self.pointer)
      switch piece {
      case 1: XCTAssertEqual(tables.source, .acpi, "the XSDT is still there")
      case 2: XCTAssertEqual(tables.nodes.count, 1, "the RSDT has no SRAT")
      default: XCTAssertEqual(tables.source, .none)
      }
    }
  }

  func testReadsTheMultiprocessorTable() {
    for (address, area) in [(0x9_F000, 0x9_F000), (0x9_FC00, 0), (0xF_0040, 0)] as [(UInt64, UInt64)] {
      var image = FirmwareImage()
      image.place(Table.multiprocessorPointer(to: 0x5_0000), at: address)
      image.place(
        Table.multiprocessor([
          Table.multiprocessorEntry(0, flags: 3), Table.multiprocessorEntry(4),
          Table.multiprocessorEntry(5, flags: 0),
          [1, 0] + Array("ISA   ".utf8), Table.multiprocessorController(0xFEC0_0000),
        ]), at: 0x5_0000)
      let tables = MachineTables(image, FirmwarePlaces(rootPointer: 0, extendedDataArea: area))
      XCTAssertEqual(tables.source, .multiprocessor)
      XCTAssertEqual(identifiers(tables), [0, 4])
      XCTAssertEqual(tables.disabledProcessorCount, 1)
      XCTAssertEqual(tables.lines.controller(ofLine: 4)?.address, 0xFEC0_0000)
    }
  }

  func testAnUnknownEntryEndsTheMultiprocessorTable() {
    var image = FirmwareImage()
    image.place(Table.multiprocessorPointer(to: 0x5_0000), at: 0xF_0000)
    image.place(
      Table.multiprocessor([
        Table.multiprocessorEntry(1), [9] + [UInt8](repeating: 0, count: 7), Table.multiprocessorEntry(2),
      ]),
      at: 0x5_0000)
    XCTAssertEqual(identifiers(MachineTables(image, Self.noPlaces)), [1])
  }

  func testNoTableNamesNobody() {
    let tables = MachineTables(FirmwareImage(), Self.pointer)
    XCTAssertEqual(tables.source, .none)
    XCTAssertEqual(tables.processors.count, 0)
    XCTAssertEqual(tables.nodes.count, 1)
  }
}
