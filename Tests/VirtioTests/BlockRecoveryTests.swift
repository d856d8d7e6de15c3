import Buffers
import TestSupport
import Virtio
import XCTest

/// A block device that completes what it was not given, asks for a reset, or does not come back from one.
final class BlockRecoveryTests: XCTestCase {
  /// Lets the device do `harm` with five requests in flight: all fail, and then everything works again.
  private func checkRecovery(_ name: String, _ harm: (BlockTestBench) -> Void) throws {
    let bench = try BlockTestBench()
    for sector in 0..<5 as Range<UInt64> { bench.submit(.write, sector: sector) }
    bench.driver.flush()
    bench.disk.take()
    harm(bench)
    for _ in 0..<5 { XCTAssertEqual(bench.completion()?.status, .failed, name) }
    XCTAssertNil(bench.completion(), name)
    XCTAssertEqual(bench.driver.counters.resets, 1, name)
    XCTAssertTrue(bench.driver.isUsable, name)
    XCTAssertEqual(bench.driver.inFlightCount, 0, name)
    XCTAssertEqual(bench.run(.write, sector: 1, byte: 7), .succeeded, name)
    XCTAssertEqual(bench.run(.read, sector: 1), .succeeded, name)
    bench.check(name)
  }

  func testCompletionsOfWhatIsNotInFlight() throws {
    // 8 to 31 are descriptors inside a chain, not chains.
    for identifier in [UInt32(5), 7, 8, 31, 32, 0xFFFF, 0x1_0000, .max] {
      try checkRecovery("\(identifier)") { $0.disk.queue.push(identifier, byteCount: 1) }
    }
  }

  func testAUsedIndexThatJumps() throws {
    for distance in [UInt16(6), 9, 33, 0x8000, 0xFFFF] {
      try checkRecovery("\(distance)") { $0.disk.queue.moveUsedIndex(by: distance) }
    }
  }

  func testARequestedReset() throws {
    try checkRecovery("needs reset") { bench in
      bench.disk.device.askForReset()
      bench.driver.handleConfigurationChange()
    }
  }

  func testACancellation() throws {
    try checkRecovery("cancelled") { $0.driver.cancelAll() }
  }

  func testACompletionTwice() throws {
    let bench = try BlockTestBench()
    for sector in 0..<3 as Range<UInt64> { bench.submit(.write, sector: sector) }
    bench.driver.flush()
    bench.disk.take()
    let head = UInt32(bench.disk.pending[0].head)
    bench.disk.complete()
    bench.disk.queue.push(head, byteCount: 1)
    XCTAssertEqual(bench.completion()?.status, .succeeded)
    XCTAssertEqual(bench.completion()?.status, .failed)
    XCTAssertEqual(bench.completion()?.status, .failed)
    XCTAssertEqual(bench.driver.counters.brokenRings, 1)
    bench.check()
  }

  func testWhatWasSubmittedButNotPublishedFailsToo() throws {
    let bench = try BlockTestBench()
    bench.submit(.write)
    bench.driver.cancelAll()
    bench.driver.flush()
    XCTAssertEqual(bench.completion()?.status, .failed)
    bench.disk.completeAll()
    XCTAssertEqual(bench.disk.doneCounts, [:])
    bench.check()
  }

  /// A device that was given up fails everything at once.
  private func checkGivenUp(_ bench: BlockTestBench) {
    XCTAssertFalse(bench.driver.isUsable)
    XCTAssertTrue(bench.disk.device.isIsolated)
    while let outcome = bench.completion() { XCTAssertEqual(outcome.status, .failed) }
    let doorbells = bench.disk.device.doorbells
    for _ in 0..<100 {
      XCTAssertTrue(bench.submit(.read))
      bench.driver.flush()
      XCTAssertTrue(bench.driver.armInterrupt())
      XCTAssertEqual(bench.completion()?.status, .failed)
      XCTAssertNil(bench.completion())
      XCTAssertFalse(bench.driver.armInterrupt(), "nobody waits for a dead device")
    }
    XCTAssertEqual(bench.disk.device.doorbells, doorbells)
    bench.check()
  }

  func testADeviceThatDoesNotResetIsCutOff() throws {
    let bench = try BlockTestBench()
    bench.submit(.write)
    bench.driver.flush()
    bench.disk.device.resetDelay = nil
    bench.driver.cancelAll()
    checkGivenUp(bench)
  }

  func testAClosedDeviceIsResetAndCutOff() throws {
    for resetDelay in [0, 3, nil] {
      let memory = TestArena(byteCount: 1 << 20)
      let disk = FakeVirtioDisk()
      let driver = try BlockDevice(FakeVirtioTransport(disk.device), in: &memory.arena)
      disk.device.resetDelay = resetDelay
      driver.close()
      XCTAssertEqual(disk.device.status.contains(.failed), resetDelay == nil)
      XCTAssertFalse(disk.device.status.contains(.driverOK))
      XCTAssertTrue(disk.device.isIsolated)
    }
  }

  func testADiskThatComesBackAsAnotherIsGivenUp() throws {
    for change in [
      { (disk: FakeVirtioDisk) in disk.device.offeredFeatures = .version1 },
      { $0.device.offeredFeatures |= .blockReadOnly },
      {
        $0.device.changeConfiguration {
          $0[0] = 1; $0[1] = 0
        }
      },
      { $0.device.changeConfiguration { $0[7] = 0xFF } },
      { $0.device.refusesFeatures = true },
      { $0.device.sizeLimits = [16] },
    ] as [(FakeVirtioDisk) -> Void] {
      let bench = try BlockTestBench()
      bench.submit(.write)
      bench.driver.flush()
      change(bench.disk)
      bench.driver.cancelAll()
      checkGivenUp(bench)
    }
  }

  func testADeviceThatKeepsBreakingTheRulesIsGivenUp() throws {
    let bench = try BlockTestBench()
    for _ in 0...BlockDevice<FakeVirtioTransport>.recoveryLimit {
      XCTAssertTrue(bench.driver.isUsable)
      bench.submit(.write)
      bench.driver.flush()
      bench.disk.queue.push(999, byteCount: 1)
      XCTAssertEqual(bench.completion()?.status, .failed)
    }
    checkGivenUp(bench)
  }
}
