import TestSupport
import Virtio
import XCTest

/// The capability list of a function, good and hostile.
final class PCICapabilitiesTests: XCTestCase {
  /// As QEMU lays it out: interrupts in range 1, everything else in range 4.
  private func goodSpace() -> FakeVirtioConfigurationSpace {
    var space = FakeVirtioConfigurationSpace()
    space.bars = [1: (0xFEBF_1000, 0x1000), 4: (0xFE00_0000, 0x4000)]
    space.setList(first: 0x98)
    space.setMessageInterrupts(at: 0x98, next: 0x84, entryCount: 4, bar: 1, start: 0)
    space.setStructure(at: 0x84, next: 0x70, type: 5, bar: 0, start: 0, byteCount: 0)
    space.setStructure(
      at: 0x70, next: 0x60, type: 2, bar: 4, start: 0x3000, byteCount: 0x1000, capabilityByteCount: 20)
    space.setStructure(
      at: 0x60, next: 0x50, type: 4, bar: 4, start: 0x2000, byteCount: 0x1000)
    space.setStructure(
      at: 0x50, next: 0x40, type: 3, bar: 4, start: 0x1000, byteCount: 0x1000)
    space.setStructure(
      at: 0x40, next: 0, type: 1, bar: 4, start: 0, byteCount: 0x1000)
    return space
  }

  func testTheStructuresOfAGoodFunction() {
    let capabilities = PCICapabilities(goodSpace())
    XCTAssertEqual(capabilities.common?.address, 0xFE00_0000)
    XCTAssertEqual(capabilities.interruptStatus?.address, 0xFE00_1000)
    XCTAssertEqual(capabilities.device?.address, 0xFE00_2000)
    XCTAssertEqual(capabilities.device?.register(at: 0xFFC, width: 4), 0xFE00_2FFC)
    XCTAssertNil(capabilities.device?.register(at: 0xFFD, width: 4))
    XCTAssertNil(capabilities.device?.register(at: .max, width: 4))
    XCTAssertEqual(capabilities.notificationMultiplier, 4)
    XCTAssertEqual(capabilities.doorbell(offset: 0), 0xFE00_3000)
    XCTAssertEqual(capabilities.doorbell(offset: 0x3FF), 0xFE00_3FFC)
    XCTAssertNil(capabilities.doorbell(offset: 0x400), "outside the structure")
    XCTAssertEqual(capabilities.messageInterrupts?.entryCount, 4)
    XCTAssertEqual(capabilities.messageInterrupts?.entry(3), 0xFEBF_1030)
  }

  func testNoListAtAll() {
    var space = goodSpace()
    space.bytes[0x06] = 0
    XCTAssertNil(PCICapabilities(space).common)
    XCTAssertNil(PCICapabilities(space).messageInterrupts)
  }

  func testAListThatLoopsEnds() {
    for target in [UInt8(0x40), 0x70, 0x98] {
      var space = goodSpace()
      space.bytes[0x41] = target
      XCTAssertNotNil(PCICapabilities(space).common)
    }
  }

  func testAListThatLeavesTheCapabilitiesEnds() {
    var space = goodSpace()
    space.bytes[0x51] = 0x3C
    XCTAssertNil(PCICapabilities(space).common, "the header is no capability")
    XCTAssertNotNil(PCICapabilities(space).interruptStatus)
  }

  func testTheFirstUsableOfEachTypeCounts() {
    var space = goodSpace()
    space.bytes[0x41] = 0xB0
    space.setStructure(at: 0xB0, next: 0, type: 1, bar: 4, start: 0x800, byteCount: 0x100)
    XCTAssertEqual(PCICapabilities(space).common?.address, 0xFE00_0000)
    space.bytes[0x44] = 6
    XCTAssertEqual(PCICapabilities(space).common?.address, 0xFE00_0800, "the first is in no range there is")
  }

  func testAStructureOutsideItsRangeIsNotUsed() {
    for (bar, start, byteCount) in [
      (UInt8(4), UInt32(0x3FC9), UInt32(56)), (4, 0x4000, 56), (4, .max, 56), (4, 0, .max), (4, .max, .max),
      (4, 0x4001, 0), (4, 0, 55), (4, 2, 56), (3, 0, 56), (5, 0, 56), (6, 0, 56), (255, 0, 56),
    ] {
      var space = goodSpace()
      space.setStructure(at: 0x40, next: 0, type: 1, bar: bar, start: start, byteCount: byteCount)
      XCTAssertNil(PCICapabilities(space).common, "\(bar) \(start) \(byteCount)")
    }
    var space = goodSpace()
    space.setStructure(at: 0x40, next: 0, type: 1, bar: 4, start: 0x3FC8, byteCount: 56)
    XCTAssertEqual(PCICapabilities(space).common?.address, 0xFE00_3FC8, "the last place that is inside")
  }

  func testARangeAtTheEndOfTheAddressesDoesNotWrap() {
    var space = goodSpace()
    space.bars[4] = (UInt.max - 0xFFF, 0x4000)
    space.setStructure(at: 0x40, next: 0, type: 1, bar: 4, start: 0x2000, byteCount: 0x1000)
    XCTAssertNil(PCICapabilities(space).common)
  }

  func testShortAndLongCapabilities() {
    for (byteCount, isUsable) in [(UInt8(0), false), (15, false), (16, true), (64, true), (255, false)] {
      var space = goodSpace()
      space.bytes[0x42] = byteCount
      XCTAssertEqual(PCICapabilities(space).common != nil, isUsable, "\(byteCount)")
    }
    var space = goodSpace()
    space.bytes[0x72] = 16
    XCTAssertNil(PCICapabilities(space).notification, "no room for the multiplier")
  }

  func testAMultiplierIsEvenAndAPowerOfTwo() {
    for (multiplier, isUsable) in [
      (UInt32(0), true), (1, false), (2, true), (3, false), (6, false), (4096, true),
    ] {
      var space = goodSpace()
      space.write32(multiplier, at: 0x80)
      XCTAssertEqual(PCICapabilities(space).notification != nil, isUsable, "\(multiplier)")
    }
  }

  func testAnInterruptTableOutsideItsRangeIsNotUsed() {
    for (entryCount, bar, start) in [
      (UInt16(257), UInt32(1), UInt32(0)), (4, 1, 0xFC8), (4, 0, 0), (4, 7, 0),
    ] {
      var space = goodSpace()
      space.setMessageInterrupts(at: 0x98, next: 0x84, entryCount: entryCount, bar: bar, start: start)
      XCTAssertNil(PCICapabilities(space).messageInterrupts, "\(entryCount) \(bar) \(start)")
    }
  }

  func testRandomSpacesNeverLeadOutside() {
    var random = SeededRandom()
    var found = 0
    for _ in 0..<20_000 {
      var space = goodSpace()
      for _ in 0..<(random.next() % 12) {
        space.bytes[Int(random.next() % 256)] = UInt8(truncatingIfNeeded: random.next())
      }
      let capabilities = PCICapabilities(space)
      for region in [
        capabilities.common, capabilities.notification, capabilities.device, capabilities.interruptStatus,
      ] {
        guard let region else { continue }
        found += 1
        let isInside = space.bars.values.contains {
          region.address >= $0.base && region.address + region.byteCount <= $0.base + $0.byteCount
        }
        XCTAssertTrue(isInside, "\(region), SEED=\(random.seed)")
      }
    }
    XCTAssertGreaterThan(found, 20_000, "most structures survive a few wrong bytes")
  }
}
