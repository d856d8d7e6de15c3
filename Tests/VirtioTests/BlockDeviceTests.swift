import Buffers
import TestSupport
import Timing
import Virtio
import XCTest

/// Requests through the block driver, and disks that cannot do everything.
final class BlockDeviceTests: XCTestCase {
  func testWhatIsWrittenIsRead() throws {
    let bench = try BlockTestBench()
    XCTAssertEqual(bench.driver.sectorCount, 256)
    XCTAssertEqual(bench.driver.requestCapacity, 8)
    XCTAssertTrue(bench.driver.canFlush)
    XCTAssertFalse(bench.driver.isReadOnly)
    XCTAssertEqual(bench.run(.write, sector: 3, count: 8, byte: 0xAB), .succeeded)
    XCTAssertEqual(bench.run(.flush), .succeeded)
    bench.submit(.read, sector: 10)
    bench.driver.flush()
    bench.disk.completeAll()
    XCTAssertEqual(bench.completion()?.bytes, [UInt8](repeating: 0xAB, count: 512))
    XCTAssertEqual(bench.disk.doneCounts, [0: 1, 1: 1, 4: 1])
    XCTAssertEqual(bench.driver.counters.completions, 3)
    bench.check()
  }

  func testRequestsInFlightAreBoundedAndCompleteInAnyOrder() throws {
    let bench = try BlockTestBench()
    for sector in 0..<8 as Range<UInt64> { XCTAssertTrue(bench.submit(.write, sector: sector, byte: 1)) }
    XCTAssertFalse(bench.submit(.write, sector: 9))
    bench.driver.flush()
    XCTAssertEqual(bench.disk.device.doorbells[0], 1)
    bench.disk.take()
    for choice in [7, 0, 3] { bench.disk.complete(choice: choice) }
    XCTAssertEqual(
      [bench.completion()?.sector, bench.completion()?.sector, bench.completion()?.sector], [7, 0, 4])
    XCTAssertNil(bench.completion())
    XCTAssertTrue(bench.submit(.write, sector: 9))
    bench.check()
  }

  func testNothingBeyondTheEndReachesTheDevice() throws {
    let bench = try BlockTestBench()
    for (sector, count) in [(UInt64(256), 1), (255, 2), (.max, 1), (.max - 3, 8), (0, 0)] {
      XCTAssertEqual(bench.run(.read, sector: sector, count: count), .failed, "\(sector)+\(count)")
      XCTAssertEqual(bench.run(.write, sector: sector, count: count), .failed, "\(sector)+\(count)")
    }
    XCTAssertEqual(bench.run(.write, sector: 255), .succeeded)
    XCTAssertEqual(bench.run(.write, sector: 248, count: 8), .succeeded)
    XCTAssertEqual(bench.driver.counters.refusals, 10)
    XCTAssertEqual(bench.disk.doneCounts, [1: 2])
    bench.check()
  }

  func testADiskWithoutFlushSaysSo() throws {
    // The cache mode alone does not help: such a device must not be taken to be durable.
    let bench = try BlockTestBench(FakeVirtioDisk(features: .version1 | .blockCacheMode))
    XCTAssertFalse(bench.driver.canFlush)
    XCTAssertEqual(bench.run(.flush), .unsupported)
    XCTAssertEqual(bench.disk.doneCounts, [:])
    XCTAssertEqual(bench.disk.device.acceptedFeatures, .version1)
    bench.check()
  }

  func testAReadOnlyDiskRefusesWrites() throws {
    let bench = try BlockTestBench(FakeVirtioDisk(features: .version1 | .blockReadOnly))
    XCTAssertTrue(bench.driver.isReadOnly)
    XCTAssertEqual(bench.run(.write), .failed)
    XCTAssertEqual(bench.run(.read), .succeeded)
    XCTAssertEqual(bench.disk.doneCounts, [0: 1])
    bench.check()
  }

  func testTheSegmentLimitBoundsARequest() throws {
    let bench = try BlockTestBench(
      FakeVirtioDisk(features: .version1 | .blockSegmentSizeLimit, sizeLimit: 2_100))
    XCTAssertEqual(bench.driver.requestSectorCount, 4)
    XCTAssertEqual(bench.run(.read, count: 4), .succeeded)
    XCTAssertEqual(bench.run(.read, count: 5), .failed)
    bench.check()
  }

  func testConfigurationsThatCannotBeAreRefused() {
    let disks = [
      FakeVirtioDisk(claimedSectorCount: .max),
      FakeVirtioDisk(claimedSectorCount: 1 << 55),
      FakeVirtioDisk(features: .version1 | .blockSegmentSizeLimit, sizeLimit: 511),
      FakeVirtioDisk(features: .version1 | .blockSize, preferredByteCount: 256),
      FakeVirtioDisk(features: .version1 | .blockSize, preferredByteCount: 768),
      FakeVirtioDisk(features: .version1 | .blockSize, preferredByteCount: 131_072),
    ]
    for disk in disks {
      XCTAssertThrowsError(try BlockTestBench(disk)) {
        XCTAssertEqual($0 as? VirtioError, .configurationInvalid)
      }
    }
    XCTAssertThrowsError(try BlockTestBench(FakeVirtioDisk(queueSize: 2))) {
      XCTAssertEqual($0 as? VirtioError, .queueUnavailable, "three parts do not fit two descriptors")
    }
  }

  func testStatusesOfTheDevice() throws {
    let bench = try BlockTestBench()
    for (status, expected) in [
      (UInt8(1), BlockCompletion.Status.failed), (2, .unsupported), (3, .failed), (0xFF, .failed),
    ] {
      bench.submit(.write)
      bench.driver.flush()
      bench.disk.take()
      bench.disk.complete(sayingStatus: status)
      XCTAssertEqual(bench.completion()?.status, expected, "\(status)")
    }
    XCTAssertEqual(bench.driver.counters.malformedCompletions, 2, "an unknown status, and none written")
    XCTAssertEqual(bench.driver.counters.failures, 3)
    bench.check()
  }

  func testAReadThatWasNotWrittenInFullHasFailed() throws {
    let bench = try BlockTestBench()
    for (byteCount, expected) in [
      (513, BlockCompletion.Status.succeeded), (512, .succeeded), (511, .failed), (0, .failed),
      (514, .failed),
      (Int(UInt32.max), .failed),
    ] {
      bench.submit(.read)
      bench.driver.flush()
      bench.disk.take()
      bench.disk.complete(sayingByteCount: byteCount)
      XCTAssertEqual(bench.completion()?.status, expected, "\(byteCount)")
    }
    bench.check()
  }

  func testAStallIsSeenAndEndsInCancellation() throws {
    let bench = try BlockTestBench()
    func at(_ seconds: UInt64) -> Instant { Instant.zero + .seconds(seconds) }
    XCTAssertEqual(bench.driver.stall(at: at(5)), .zero, "an idle disk does not stall")
    bench.submit(.write, sector: 1)
    bench.submit(.flush)
    bench.driver.flush()
    XCTAssertEqual(bench.driver.stall(at: at(7)), .seconds(2))
    bench.disk.take()
    bench.disk.complete()
    XCTAssertEqual(bench.completion()?.status, .succeeded)
    XCTAssertEqual(bench.driver.stall(at: at(9)), .zero, "it does something")
    XCTAssertEqual(bench.driver.stall(at: at(19)), .seconds(10))
    bench.driver.cancelAll()
    XCTAssertEqual(bench.completion()?.status, .failed)
    XCTAssertEqual(bench.driver.stall(at: at(20)), .zero)
    XCTAssertEqual(bench.run(.write), .succeeded, "the disk works again")
    bench.check()
  }

  func testACompletionIsToldByInterruptOnceArmed() throws {
    for features in [.version1, .version1 | .eventIndex] as [VirtioFeatures] {
      let bench = try BlockTestBench(FakeVirtioDisk(features: features))
      for round in 1...100 {
        bench.submit(.write)
        bench.driver.flush()
        XCTAssertFalse(bench.driver.armInterrupt())
        bench.disk.completeAll()
        XCTAssertEqual(bench.disk.queue.interruptCount, round)
        XCTAssertTrue(bench.driver.armInterrupt(), "it is there already")
        XCTAssertEqual(bench.completion()?.status, .succeeded)
      }
      bench.check()
    }
  }

  func testADiskThatGrowsOrShrinksIsFollowed() throws {
    let bench = try BlockTestBench()
    bench.disk.device.changeConfiguration {
      $0[0] = 128 - 28; $0[1] = 0
    }
    bench.driver.handleConfigurationChange()
    XCTAssertEqual(bench.driver.sectorCount, 100)
    XCTAssertEqual(bench.run(.write, sector: 100), .failed)
    XCTAssertEqual(bench.run(.write, sector: 99), .succeeded)
    bench.check()
  }
}
