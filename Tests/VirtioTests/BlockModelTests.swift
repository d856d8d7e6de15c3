import Buffers
import TestSupport
import Virtio
import XCTest

/// Random requests against a disk that does them in any order, the ring wrapping on the way; and one that lies.
final class BlockModelTests: XCTestCase {
  private func run(usesEventIndex: Bool, queueSize: UInt32, isHostile: Bool, corrupts: Bool = false) throws
    -> Int
  {
    var random = SeededRandom()
    let seed = random.seed
    var features: VirtioFeatures = .version1 | .blockFlush
    if usesEventIndex { features |= .eventIndex }
    let disk = FakeVirtioDisk(features: features, queueSize: queueSize)
    let bench = try BlockTestBench(disk, firstRingIndex: .max - UInt16(random.next() % 300))
    // What each sector holds; nothing when a write to it failed or is under way.
    var contents = [UInt8?](repeating: 0, count: 256)
    var busy: Set<UInt64> = []
    var writes: [UInt64: UInt8] = [:]
    var (completed, mismatches) = (0, 0)

    func takeCompletions() {
      while let outcome = bench.completion() {
        completed += 1
        guard outcome.operation != .flush else { continue }
        busy.remove(outcome.sector)
        let written = writes.removeValue(forKey: outcome.sector)
        if outcome.operation == .write {
          contents[Int(outcome.sector)] = outcome.status == .succeeded ? written : nil
        }
        if outcome.operation == .read, outcome.status == .succeeded,
          let expected = contents[Int(outcome.sector)]
        {
          if outcome.bytes != [UInt8](repeating: expected, count: 512) { mismatches += 1 }
        }
        if !isHostile { XCTAssertEqual(outcome.status, .succeeded, "SEED=\(seed)") }
      }
    }

    func submit() {
      let sector = random.next() % 256
      guard random.next() % 8 != 0 else { return _ = bench.submit(.flush) }
      guard !busy.contains(sector) else { return }
      let isWrite = random.next() % 2 == 0
      let byte = UInt8(truncatingIfNeeded: random.next())
      guard bench.submit(isWrite ? .write : .read, sector: sector, byte: isWrite ? byte : 0x55) else {
        return
      }
      busy.insert(sector)
      if isWrite {
        writes[sector] = byte
        contents[Int(sector)] = nil
      }
    }

    func lie() {
      switch random.next() % 6 {
      case 0: disk.queue.push(UInt32(random.next() % 64), byteCount: 1)
      case 1: disk.queue.moveUsedIndex(by: UInt16(truncatingIfNeeded: random.next()))
      case 2: return disk.complete(sayingStatus: UInt8(truncatingIfNeeded: random.next() | 1))
      case 3: return disk.complete(sayingStatus: 0xFF, sayingByteCount: Int(random.next() % 700))
      case 4: bench.driver.cancelAll()
      default:
        disk.device.askForReset()
        bench.driver.handleConfigurationChange()
      }
      disk.device.hasLied = true
      // A lie can pass as a completion; what the disk holds is known again only after a reset.
      bench.driver.cancelAll()
      takeCompletions()
      for sector in 0..<256 { contents[sector] = disk.sectors[sector * 512] }
      busy = []
      writes = [:]
    }

    for step in 0..<6_000 where bench.driver.isUsable {
      switch random.next() % 10 {
      case 0..<4: submit()
      case 4: bench.driver.flush()
      case 5: disk.take()
      case 6..<8: disk.complete(choice: Int(random.next() % 8))
      case 8: takeCompletions()
      default: if isHostile && random.next() % 10 == 0 { lie() }
      }
      if corrupts && step == 3_000 { disk.sectors = disk.sectors.map { ~$0 } }
      bench.check("SEED=\(seed)")
    }
    // Resets in a row, with nothing completed in between, may have ended it.
    guard bench.driver.isUsable else {
      XCTAssertTrue(isHostile, "SEED=\(seed)")
      takeCompletions()
      bench.check("SEED=\(seed)")
      return 0
    }
    bench.driver.flush()
    disk.completeAll()
    takeCompletions()
    XCTAssertGreaterThan(completed, 100, "too little happened, SEED=\(seed)")
    XCTAssertEqual(bench.driver.inFlightCount, 0, "SEED=\(seed)")
    bench.check("SEED=\(seed)")
    if !corrupts { XCTAssertEqual(mismatches, 0, "SEED=\(seed)") }
    return mismatches
  }

  func testRandomRequests() throws {
    for usesEventIndex in [true, false] {
      for queueSize in [4, 32, 256] as [UInt32] {
        _ = try run(usesEventIndex: usesEventIndex, queueSize: queueSize, isHostile: false)
      }
    }
  }

  func testRandomRequestsOfADiskThatLies() throws {
    for usesEventIndex in [true, false] {
      _ = try run(usesEventIndex: usesEventIndex, queueSize: 32, isHostile: true)
    }
  }

  /// The control: a disk that loses what it held must be noticed by the model.
  func testTheModelNoticesALossySector() throws {
    XCTAssertGreaterThan(try run(usesEventIndex: true, queueSize: 32, isHostile: false, corrupts: true), 0)
  }
}
