import TestSupport
import Virtio
import XCTest

/// Bringing a device up, and devices that cannot be.
final class InitializationTests: XCTestCase {
  private func error(_ network: FakeVirtioNetwork) -> VirtioError? {
    let memory = TestArena(byteCount: 8 << 20)
    do throws(VirtioError) {
      let driver = try NetworkDevice(FakeVirtioTransport(network.device), in: &memory.arena)
      XCTAssertTrue(driver.isUsable)
      return nil
    } catch {
      return error
    }
  }

  func testAWorkingDeviceIsStartedInOrder() throws {
    let bench = try NetworkTestBench()
    XCTAssertEqual(bench.network.device.status, .acknowledge | .driver | .featuresOK | .driverOK)
    XCTAssertEqual(bench.driver.hardwareAddress, 0x5634_1200_5452)
    XCTAssertTrue(bench.driver.isLinkUp)
    XCTAssertEqual(bench.driver.maximumFrameByteCount, 1514)
    XCTAssertEqual(bench.network.receiveQueue.availableCount, 16, "the receive queue is full at once")
    XCTAssertEqual(bench.network.device.doorbells[0], 1)
    bench.check()
  }

  func testOnlyWhatTheDriverKnowsIsAccepted() throws {
    let all = VirtioFeatures(rawValue: 0x0000_0003_3FFF_FFFF)
    let network = FakeVirtioNetwork(features: all, mtu: 1400)
    let bench = try NetworkTestBench(network)
    XCTAssertEqual(
      network.device.acceptedFeatures,
      .version1 | .eventIndex | .networkMAC | .networkStatus | .networkMTU)
    XCTAssertEqual(bench.driver.maximumFrameByteCount, 1414)
  }

  func testAnMTUThatNoBufferTakesIsNotAccepted() throws {
    for mtu in [UInt16(9000), 67, 0] {
      let network = FakeVirtioNetwork(features: .version1 | .networkMTU, mtu: mtu)
      let bench = try NetworkTestBench(network)
      XCTAssertFalse(network.device.acceptedFeatures.contains(.networkMTU))
      XCTAssertEqual(bench.driver.maximumFrameByteCount, 1514)
    }
  }

  func testALegacyDeviceIsGivenUp() {
    let network = FakeVirtioNetwork(features: .networkMAC)
    XCTAssertEqual(error(network), .legacyDevice)
    XCTAssertTrue(network.device.status.contains(.failed))
  }

  func testRefusedFeaturesAreNoticed() {
    let network = FakeVirtioNetwork()
    network.device.refusesFeatures = true
    XCTAssertEqual(error(network), .featuresRefused)
    XCTAssertTrue(network.device.status.contains(.failed))
  }

  func testASlowResetIsWaitedForAndAnEndlessOneIsNot() {
    let slow = FakeVirtioNetwork()
    slow.device.resetDelay = 1_000
    XCTAssertNil(error(slow))
    let endless = FakeVirtioNetwork()
    endless.device.resetDelay = nil
    XCTAssertEqual(error(endless), .resetTimedOut)
  }

  func testQueueSizesAreJudged() {
    for (size, expected) in [
      (UInt32(0), VirtioError.queueUnavailable), (24, .queueSizeInvalid), (65_536, .queueSizeInvalid),
    ] {
      XCTAssertEqual(error(FakeVirtioNetwork(queueSize: size)), expected, "\(size)")
    }
    XCTAssertNil(error(FakeVirtioNetwork(queueSize: 1024)), "a larger queue is used in part")
  }

  func testADeviceWithoutRoomForInterruptsIsGivenUp() {
    let network = FakeVirtioNetwork()
    network.device.hasNoInterrupts = true
    XCTAssertEqual(error(network), .interruptRefused)
  }

  func testAChangingConfigurationIsReadAgainButNotForever() {
    let restless = FakeVirtioNetwork()
    restless.device.generationChanges = 5
    XCTAssertNil(error(restless))
    let endless = FakeVirtioNetwork()
    endless.device.generationChanges = .max
    XCTAssertEqual(error(endless), .configurationUnstable)
  }

  func testAGroupAddressIsNoDeviceAddress() {
    let network = FakeVirtioNetwork()
    network.device.configuration[0] |= 1
    XCTAssertEqual(error(network), .configurationInvalid)
  }

  func testADeviceWithoutAddressGetsOne() throws {
    let bench = try NetworkTestBench(FakeVirtioNetwork(features: .version1))
    XCTAssertEqual(bench.driver.hardwareAddress & 0b11, 0b10, "locally administered, one station")
  }

  func testTooLittleMemoryIsSaid() {
    let memory = TestArena(byteCount: 16 << 10)
    XCTAssertThrowsError(
      try { () throws(VirtioError) in
        _ = try NetworkDevice(FakeVirtioTransport(FakeVirtioNetwork().device), in: &memory.arena)
      }()
    ) { XCTAssertEqual($0 as? VirtioError, .outOfMemory) }
  }
}
