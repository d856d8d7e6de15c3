import TestSupport
import Virtio
import XCTest

/// A network device that completes what it was not given, asks for a reset, or does not come back from one.
final class NetworkRecoveryTests: XCTestCase {
  /// Lets the device do `harm` and checks that the driver resets it, and that everything works again.
  private func checkRecovery(
    _ name: String, usesEventIndex: Bool = true, _ harm: (NetworkTestBench) -> Void
  ) throws {
    let features: VirtioFeatures = usesEventIndex ? .version1 | .eventIndex : .version1
    let bench = try NetworkTestBench(FakeVirtioNetwork(features: features))
    XCTAssertTrue(bench.network.deliver(NetworkTestBench.frame(1)))
    XCTAssertEqual(bench.receive(), NetworkTestBench.frame(1))
    bench.driver.flush()
    harm(bench)
    while bench.receive() != nil {}
    while bench.driver.canTransmit && bench.transmit([1]) {}
    XCTAssertEqual(bench.driver.counters.resets, 1, name)
    XCTAssertTrue(bench.driver.isUsable, name)
    bench.check(name)
    bench.driver.flush()
    XCTAssertTrue(bench.network.deliver(NetworkTestBench.frame(2)), name)
    XCTAssertEqual(bench.receive(), NetworkTestBench.frame(2), name)
    bench.network.transmitted = []
    bench.network.transmitAll()
    XCTAssertTrue(bench.transmit([7]), name)
    bench.driver.flush()
    bench.network.transmitAll()
    XCTAssertEqual(bench.network.transmitted.last, [7], name)
    bench.check(name)
  }

  func testACompletionOfNoDescriptor() throws {
    for identifier in [UInt32(16), 0xFFFF, 0x1_0000, 0x1_0003, .max] {
      try checkRecovery("\(identifier)") { $0.network.receiveQueue.push(identifier, byteCount: 60) }
    }
  }

  func testACompletionTwice() throws {
    try checkRecovery("twice") { bench in
      bench.network.takeReceiveChains()
      let head = bench.network.waiting[0].head
      bench.network.receiveQueue.push(UInt32(head), byteCount: 60)
      bench.network.receiveQueue.push(UInt32(head), byteCount: 60)
      // Recycled at once, the frame would be in flight again under the same number.
      guard let first = bench.driver.receive() else { return XCTFail("the first is a completion like any") }
      XCTAssertNil(bench.receive())
      bench.driver.recycle(first)
    }
  }

  func testAUsedIndexThatJumps() throws {
    for distance in [UInt16(17), 18, 0x100, 0x7FFF, 0x8000, 0xFFFF] {
      try checkRecovery("\(distance)") { $0.network.receiveQueue.moveUsedIndex(by: distance) }
    }
  }

  func testATransmitCompletionOfNothing() throws {
    for usesEventIndex in [true, false] {
      try checkRecovery("nothing in flight", usesEventIndex: usesEventIndex) {
        $0.network.transmitQueue.push(3, byteCount: 0)
      }
    }
  }

  func testARequestedReset() throws {
    try checkRecovery("needs reset") { bench in
      bench.network.device.askForReset()
      bench.driver.handleConfigurationChange()
    }
  }

  func testMoreCompletionsThanWerePublishedAreNotBelieved() throws {
    // The driver has recycled into its ring but not published: the device cannot have seen that.
    let bench = try NetworkTestBench()
    for _ in 0..<16 { XCTAssertTrue(bench.network.deliver([1])) }
    for _ in 0..<16 { XCTAssertNotNil(bench.receive()) }
    bench.network.receiveQueue.moveUsedIndex(by: 1)
    XCTAssertNil(bench.receive())
    XCTAssertEqual(bench.driver.counters.brokenRings, 1)
    bench.check()
  }

  func testADeviceThatKeepsBreakingTheRulesIsGivenUp() throws {
    let bench = try NetworkTestBench()
    var rounds = 0
    while bench.driver.isUsable && rounds < 100 {
      bench.network.receiveQueue.push(999, byteCount: 60)
      XCTAssertNil(bench.receive())
      rounds += 1
    }
    XCTAssertEqual(rounds, NetworkDevice<FakeVirtioTransport>.recoveryLimit + 1)
    XCTAssertTrue(bench.network.device.isIsolated)
    XCTAssertTrue(bench.network.device.status.contains(.failed))
    checkGivenUp(bench)
  }

  func testADeviceThatDoesNotResetIsCutOffBeforeItsMemoryIsUsedAgain() throws {
    let bench = try NetworkTestBench()
    XCTAssertTrue(bench.transmit([1]))
    bench.driver.flush()
    bench.network.device.resetDelay = nil
    bench.network.receiveQueue.push(999, byteCount: 60)
    XCTAssertNil(bench.receive())
    XCTAssertFalse(bench.driver.isUsable)
    XCTAssertTrue(bench.network.device.isIsolated)
    checkGivenUp(bench)
  }

  func testADeviceThatComesBackSmallerIsGivenUp() throws {
    let bench = try NetworkTestBench()
    bench.network.device.sizeLimits = [8, 8]
    bench.network.receiveQueue.push(999, byteCount: 60)
    XCTAssertNil(bench.receive())
    XCTAssertFalse(bench.driver.isUsable)
    checkGivenUp(bench)
  }

  /// A device that was given up neither yields nor takes frames, and loses none.
  private func checkGivenUp(_ bench: NetworkTestBench) {
    let doorbells = bench.network.device.doorbells
    for _ in 0..<1_000 {
      XCTAssertNil(bench.receive())
      _ = bench.driver.canTransmit && bench.transmit([1])
      bench.driver.flush()
      XCTAssertFalse(bench.driver.armReceiveInterrupt(), "nobody waits for a dead device")
    }
    XCTAssertFalse(bench.driver.canTransmit)
    XCTAssertEqual(bench.network.device.doorbells, doorbells)
    bench.check("given up")
  }

  func testFramesHeldAcrossAResetComeBack() throws {
    let bench = try NetworkTestBench()
    XCTAssertTrue(bench.network.deliver([1, 2]))
    guard let received = bench.driver.receive(), let lent = bench.driver.frameForTransmission() else {
      return XCTFail("both queues work")
    }
    bench.network.receiveQueue.push(999, byteCount: 60)
    XCTAssertNil(bench.receive())
    XCTAssertEqual(bench.driver.counters.resets, 1)
    bench.driver.recycle(received)
    bench.driver.recycle(lent)
    bench.driver.flush()
    XCTAssertEqual(bench.driver.lentFrameCount, 0)
    XCTAssertEqual(bench.network.receiveQueue.availableCount, 16)
    bench.check()
  }
}
