import Buffers
import TestSupport
import Virtio
import XCTest

/// A device with several pairs of queues is brought up, or used with one pair when it has, or can do, no more.
final class SpreadStartTests: XCTestCase {
  func testSeveralPairs() throws {
    for (offered, wanted, used) in [(2, 2, 2), (4, 2, 2), (3, 8, 3), (8, 8, 8), (10, 9, 8)] {
      let bench = try SpreadTestBench(
        FakeVirtioNetwork(features: FakeVirtioNetwork.pairFeatures, pairCount: offered), wantedPairs: wanted)
      XCTAssertEqual(bench.driver.pairCount, used)
      XCTAssertEqual(bench.network.usedPairCount, used)
      XCTAssertEqual(
        Set(bench.network.device.queues.keys), Set(0..<2 * used).union([2 * offered]), "2n+1 queues")
      XCTAssertEqual(bench.network.device.resetCount, 1)
      for number in 0..<used {
        XCTAssertEqual(bench.network.device.queues[2 * number]?.availableCount, 16, "frames to receive with")
        XCTAssertTrue(bench.deliver([UInt8(number), 1], to: number))
      }
      for number in 1..<used { _ = bench.poll(number) }
      XCTAssertEqual((0..<used).compactMap { _ in bench.receive()?.first }, (0..<used).map(UInt8.init))
      XCTAssertNil(bench.receive())
      XCTAssertEqual(bench.missingFrameCount(), 0)
      bench.check()
    }
  }

  func testOnePairWhereNoMoreCanBeHad() throws {
    let all = FakeVirtioNetwork.pairFeatures
    let withoutControl = VirtioFeatures(rawValue: all.rawValue & ~VirtioFeatures.networkControl.rawValue)
    try checkOnePair("not offered") { FakeVirtioNetwork() }
    try checkOnePair("one offered") { FakeVirtioNetwork(features: all, pairCount: 1) }
    try checkOnePair("no queue of commands") {
      let network = FakeVirtioNetwork(features: all, pairCount: 2)
      network.device.offeredFeatures = withoutControl
      return network
    }
    try checkOnePair("a queue of commands that is too small") {
      let network = FakeVirtioNetwork(features: all, pairCount: 2)
      network.device.sizeLimits[4] = 2
      return network
    }
    try checkOnePair("too few interrupts") {
      let network = FakeVirtioNetwork(features: all, pairCount: 2)
      network.device.interruptCount = 3
      return network
    }
    try checkOnePair("one wanted", wantedPairs: 1) { FakeVirtioNetwork(features: all, pairCount: 2) }
  }

  func testOnePairWhereTheDeviceDoesNotDoAsItIsTold() throws {
    let answers: [FakeVirtioNetwork.CommandAnswer] = [.refuses, .neverAnswers, .needsReset, .breaksTheRing]
    for answer in answers {
      try checkOnePair("\(answer)") {
        let network = FakeVirtioNetwork(features: FakeVirtioNetwork.pairFeatures, pairCount: 2)
        network.commandAnswer = answer
        return network
      }
    }
  }

  /// The device works with one pair, was told of no other, and can be reset.
  private func checkOnePair(
    _ name: String, wantedPairs: Int = 2, _ make: () -> FakeVirtioNetwork
  ) throws {
    let bench = try SpreadTestBench(make(), wantedPairs: wantedPairs)
    XCTAssertEqual(bench.driver.pairCount, 1, name)
    XCTAssertEqual(Set(bench.network.device.queues.keys), [0, 1], name)
    XCTAssertFalse(bench.network.device.acceptedFeatures.contains(.networkPairs), name)
    for round in 1...2 {
      for port in 0..<32 as Range<UInt16> {
        XCTAssertTrue(bench.network.deliver(NetworkTestBench.frame(7)), name)
        XCTAssertEqual(bench.receive(), NetworkTestBench.frame(7), name)
        XCTAssertTrue(bench.transmit(SpreadTestBench.datagram(to: 1, port: port, number: 1)), name)
        bench.driver.flush()
        XCTAssertEqual(bench.transmitted(on: 0).count, 1, name)
      }
      bench.network.device.askForReset()
      bench.driver.handleConfigurationChange()
      XCTAssertTrue(bench.driver.isUsable, name)
      XCTAssertEqual(bench.driver.counters.resets, UInt64(round), name)
      bench.driver.flush()
    }
    bench.check(name)
  }

  func testAReceiveQueueBelongsToOneCore() throws {
    let bench = try SpreadTestBench(pairCount: 3)
    XCTAssertEqual(bench.with(1) { $0.frameCount }, 16 + 32)
    XCTAssertEqual(bench.with(1) { $0.heldFrameCount }, 16 + 32)
    // Frames know their pool.
    XCTAssertTrue(bench.deliver([1], to: 2))
    _ = bench.poll(2)
    guard let frame = bench.driver.receive() else { return XCTFail("a frame came") }
    XCTAssertEqual(frame.pool, 2)
    bench.driver.recycle(frame)
    XCTAssertEqual(bench.missingFrameCount(), 0)
  }
}
