import Firmware
import TestSupport
import XCTest

/// Where the lines of the ISA bus come in, on a machine whose firmware has no other table than Intel's.
final class MultiprocessorLinesTests: XCTestCase {
  private static let isa: [UInt8] = [1, 3] + Array("ISA   ".utf8)
  private static let pci: [UInt8] = [1, 0] + Array("PCI   ".utf8)

  private func line(
    _ line: UInt8, to controller: UInt8, _ input: UInt8, flags: UInt16 = 0, bus: UInt8 = 3, type: UInt8 = 0
  ) -> [UInt8] {
    [3, type] + .little(flags) + [bus, line, controller, input]
  }

  private func controller(_ identifier: UInt8, _ address: UInt32, flags: UInt8 = 1) -> [UInt8] {
    [2, identifier, 0x11, flags] + .little(address)
  }

  private func tables(_ entries: [[UInt8]]) -> MachineTables {
    var image = FirmwareImage()
    image.place(Table.multiprocessorPointer(to: 0x5_0000), at: 0xF_0000)
    image.place(Table.multiprocessor([Table.multiprocessorEntry(0)] + entries), at: 0x5_0000)
    return MachineTables(image, MachineTablesTests.noPlaces)
  }

  private func found(_ bytes: [UInt8], at address: UInt64) -> MachineTables {
    var image = FirmwareImage()
    image.place(bytes, at: address)
    return MachineTables(image, MachineTablesTests.noPlaces)
  }

  func testReadsTheTablesOfRealFirmware() {
    for (bytes, address, processorCount) in [(FoundTable.microvm, 0x9_FC00, 2), (FoundTable.pc, 0xF_5BB0, 1)]
    {
      let tables = found(bytes, at: UInt64(address))
      XCTAssertEqual(tables.source, .multiprocessor)
      XCTAssertEqual(tables.processors.count, processorCount)
      XCTAssertEqual(tables.lines.controllerCount, 1)
      for line in 0..<16 {
        XCTAssertEqual(tables.lines[line].global, line == 0 ? 2 : UInt32(line))
        XCTAssertFalse(tables.lines[line].isActiveLow || tables.lines[line].isLevelTriggered)
      }
      XCTAssertEqual(tables.lines.controller(ofLine: tables.lines[4].global)?.address, 0xFEC0_0000)
    }
  }

  func testALineHasTheSignalThatItsFlagsSay() {
    let lines = tables([
      Self.isa, controller(9, 0xFEC0_0000), line(4, to: 9, 20, flags: 0b1111),
      line(5, to: 9, 5, flags: 0b0101),
      line(6, to: 9, 6, flags: 0b0011), line(7, to: 9, 7, flags: 0b1100), line(8, to: 255, 9),
    ]).lines
    XCTAssertEqual((0..<16).map { Int(lines[$0].global) }, [0, 1, 2, 3, 20, 5, 6, 7, 9] + Array(9..<16))
    XCTAssertEqual((0..<16).filter { lines[$0].isActiveLow }, [4, 6])
    XCTAssertEqual((0..<16).filter { lines[$0].isLevelTriggered }, [4, 7])
  }

  func testInputsOfSeveralControllersAreToldApart() {
    let lines = tables([
      Self.isa, controller(9, 0xFEC0_0000), controller(7, 0xFEC2_0000, flags: 0), controller(4, 0xFEC1_0000),
      line(4, to: 9, 4), line(5, to: 4, 4), line(6, to: 4, 239), line(10, to: 7, 4),
    ]).lines
    func address(_ line: Int) -> UInt32? { lines.controller(ofLine: lines[line].global)?.address }
    func input(_ line: Int) -> UInt32? {
      lines.controller(ofLine: lines[line].global).map { lines[line].global - $0.firstLine }
    }
    XCTAssertEqual(lines.controllerCount, 2)
    XCTAssertEqual([4, 5, 6].map(address), [0xFEC0_0000, 0xFEC1_0000, 0xFEC1_0000])
    XCTAssertEqual([4, 5, 6].map(input), [4, 4, 239])
    XCTAssertEqual(lines[10].global, 10, "its controller can not be used")
  }

  func testWhatIsNoOrdinaryInterruptOfTheISABusChangesNothing() {
    let lines = tables([
      Self.pci, Self.isa, [1, 5] + Array("ISA   ".utf8), controller(9, 0xFEC0_0000),
      line(4, to: 9, 20, type: 1), line(5, to: 9, 21, type: 3), line(6, to: 9, 22, bus: 0),
      line(7, to: 9, 23, bus: 5), line(10, to: 8, 1), line(16, to: 9, 1), line(255, to: 9, 1),
    ]).lines
    XCTAssertEqual((0..<16).map { Int(lines[$0].global) }, Array(0..<16))
    let unordered = tables([line(4, to: 9, 20), Self.isa, line(5, to: 9, 21), controller(9, 0xFEC0_0000)])
      .lines
    XCTAssertEqual((0..<16).map { Int(unordered[$0].global) }, Array(0..<16))
  }

  func testControllersOfACPIAreNotMixedWithThese() {
    var image = FirmwareImage()
    image.place(Table.rootPointer(rsdt: 0x10_1000), at: 0x7F000)
    image.place(Table.acpi("RSDT", .little(UInt32(0x12_0000))), at: 0x10_1000)
    image.place(
      Table.madt([Table.controller(0xFEC5_0000, firstLine: 0), Table.override(4, to: 19)]), at: 0x12_0000)
    image.place(FoundTable.microvm, at: 0x9_FC00)
    let tables = MachineTables(image, MachineTablesTests.pointer)
    XCTAssertEqual(tables.source, .multiprocessor, "ACPI names no processor")
    XCTAssertEqual(tables.lines.controllerCount, 1)
    XCTAssertEqual(tables.lines[4].global, 19)
  }

  func testMoreControllersThanThereIsRoomForAreLeftOut() {
    let lines = tables(
      [Self.isa] + (0..<200).map { controller($0, 0xFEC0_0000 + UInt32($0) << 12) }
        + (0..<200).map { line($0 % 16, to: $0, 3) }
    ).lines
    XCTAssertEqual(lines.controllerCount, MachineTables.mostControllers)
    XCTAssertTrue((0..<16).allSatisfy { lines[$0].global < UInt32(MachineTables.mostControllers * 256) })
    XCTAssertEqual(lines[7].global, 7 * 256 + 3)
    XCTAssertEqual(lines[8].global, 8)
  }

  /// What must hold of the lines of whatever was read: each comes in where it always did, or at a controller that is there.
  private func isSane(_ tables: MachineTables) -> Bool {
    let lines = tables.lines
    guard tables.processors.count <= 255, lines.controllerCount <= MachineTables.mostControllers else {
      return false
    }
    return (0..<16).allSatisfy { line in
      let global = Int(lines[line].global)
      return global == line || global < 256 * lines.controllerCount
    }
  }

  func testBrokenTablesNeitherTrapNorLoop() {
    var random = SeededRandom()
    var (different, unchanged) = (0, 0)
    for round in 0..<500 {
      var bytes = round % 2 == 0 ? FoundTable.microvm : FoundTable.pc
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let offset = Int.random(in: 16..<bytes.count, using: &random)
        let values: [UInt8] = [0, 1, 2, 3, 4, 0xFF, UInt8.random(in: 0...255, using: &random)]
        bytes[offset] = values.randomElement(using: &random)!
      }
      if round % 5 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count - 16, using: &random)) }
      if round % 3 == 0 && bytes.count >= 22 {
        bytes.replaceSubrange(20..<22, with: [UInt8].little(UInt16(bytes.count - 16)))
      }
      let table = Array(bytes[16...])
      if table.count > 7 { bytes.replaceSubrange(16..., with: table.summing(at: 7)) }
      let tables = found(bytes, at: round % 2 == 0 ? 0x9_FC00 : 0xF_5BB0)
      XCTAssertTrue(isSane(tables), "SEED=\(random.seed)")
      if tables.lines.controllerCount == 1 && tables.lines[0].global == 2 {
        unchanged += 1
      } else {
        different += 1
      }
    }
    // The control: the damage is seen, and not all of it hides everything.
    XCTAssertGreaterThan(different, 100, "SEED=\(random.seed)")
    XCTAssertGreaterThan(unchanged, 100, "SEED=\(random.seed)")
  }
}
