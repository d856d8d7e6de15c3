import Buffers
import Streams
import TestSupport
import Timing
import Virtio
import XCTest

/// Frames through the network driver, and a device that breaks the rules.
final class NetworkDeviceTests: XCTestCase {
  func testFramesArriveAsTheyWereSent() throws {
    let bench = try NetworkTestBench()
    for number in 0..<100 as Range<UInt64> {
      let sent = NetworkTestBench.frame(number, byteCount: 1 + Int(number * 97 % 1514))
      XCTAssertTrue(bench.network.deliver(sent))
      XCTAssertEqual(bench.receive(), sent)
      XCTAssertNil(bench.receive())
      bench.driver.flush()
    }
    XCTAssertEqual(bench.driver.counters.receivedFrames, 100)
    bench.check()
  }

  func testTheRingFillsAndFlowsAgain() throws {
    let bench = try NetworkTestBench()
    for number in 0..<16 as Range<UInt64> {
      XCTAssertTrue(bench.network.deliver(NetworkTestBench.frame(number)))
    }
    XCTAssertFalse(bench.network.deliver([1]), "a full queue takes no more")
    for number in 0..<16 as Range<UInt64> { XCTAssertEqual(bench.receive(), NetworkTestBench.frame(number)) }
    XCTAssertFalse(bench.network.deliver([1]), "nothing is published before the flush")
    bench.driver.flush()
    XCTAssertTrue(bench.network.deliver([1]))
    bench.check()
  }

  func testTransmissionsReachTheDeviceInOrderWithOneDoorbell() throws {
    let bench = try NetworkTestBench()
    let frames = (0..<10 as Range<UInt64>).map { NetworkTestBench.frame($0, byteCount: 60 + Int($0) * 100) }
    for frame in frames { XCTAssertTrue(bench.transmit(frame)) }
    XCTAssertEqual(bench.network.transmitQueue.availableCount, 0, "nothing before the flush")
    bench.driver.flush()
    bench.driver.flush()
    XCTAssertEqual(bench.network.device.doorbells[1], 1)
    bench.network.transmitAll()
    XCTAssertEqual(bench.network.transmitted, frames)
    XCTAssertEqual(bench.network.transmitQueue.interruptCount, 0, "sending costs no interrupts")
    bench.check()
  }

  func testAFullTransmitQueueSaysSoAndIsReclaimed() throws {
    let bench = try NetworkTestBench()
    for number in 0..<16 as Range<UInt64> { XCTAssertTrue(bench.transmit(NetworkTestBench.frame(number))) }
    XCTAssertFalse(bench.transmit([1]))
    XCTAssertFalse(bench.driver.canTransmit)
    bench.driver.flush()
    XCTAssertFalse(bench.driver.armTransmitInterrupt())
    bench.network.transmitAll()
    XCTAssertEqual(bench.network.transmitQueue.interruptCount, 1, "whoever waits is told, once")
    XCTAssertTrue(bench.driver.armTransmitInterrupt())
    XCTAssertTrue(bench.driver.canTransmit)
    for number in 0..<16 as Range<UInt64> { XCTAssertTrue(bench.transmit(NetworkTestBench.frame(number))) }
    bench.check()
  }

  func testAFrameLentForTransmissionKeepsItsPlace() throws {
    let bench = try NetworkTestBench()
    guard var promised = bench.driver.frameForTransmission() else { return XCTFail("an empty queue lends") }
    var others = 0
    while bench.transmit(NetworkTestBench.frame(7)) { others += 1 }
    XCTAssertEqual(others, 15)
    XCTAssertTrue(bench.network.deliver([1, 2, 3]))
    guard let received = bench.driver.receive() else { return XCTFail("a delivered frame is received") }
    XCTAssertFalse(bench.driver.canTransmit, "the last place is promised")
    bench.driver.recycle(received)
    NetworkTestBench.fill(&promised, with: [9, 9, 9])
    bench.driver.transmit(promised)
    bench.driver.flush()
    bench.network.transmitAll()
    XCTAssertEqual(bench.network.transmitted.last, [9, 9, 9])
    XCTAssertEqual(bench.network.transmitted.count, 16)
    XCTAssertEqual(bench.driver.counters.refusedFrames, 0)
    bench.check()
  }

  func testAReceivedFrameIsSentOnInPlaceAndReplaced() throws {
    let bench = try NetworkTestBench()
    for number in 0..<1_000 as Range<UInt64> {
      XCTAssertTrue(bench.network.deliver(NetworkTestBench.frame(number)))
      guard let frame = bench.driver.receive() else { return XCTFail("frame \(number) is lost") }
      XCTAssertTrue(bench.driver.canTransmit)
      bench.driver.transmit(frame)
      bench.driver.flush()
      if number % 3 == 2 { bench.network.transmitAll() }
      XCTAssertEqual(bench.driver.lentFrameCount, 0)
    }
    bench.network.transmitAll()
    XCTAssertEqual(bench.network.transmitted, (0..<1_000).map { NetworkTestBench.frame($0) })
    bench.network.takeReceiveChains()
    XCTAssertEqual(bench.network.waiting.count, 16, "the receive queue is full again")
    bench.check()
  }

  func testAFrameTakenForTransmissionCanBeGivenBack() throws {
    let bench = try NetworkTestBench()
    for _ in 0..<100 {
      guard let frame = bench.driver.frameForTransmission() else { return XCTFail("a place is lost") }
      bench.driver.recycle(frame)
    }
    bench.check()
  }

  func testFramesTheNetworkDoesNotCarryAreCountedAndKept() throws {
    let network = FakeVirtioNetwork(features: .version1 | .networkMTU, mtu: 100)
    let bench = try NetworkTestBench(network)
    XCTAssertTrue(bench.transmit([UInt8](repeating: 1, count: 115)))
    XCTAssertTrue(bench.transmit([]))
    XCTAssertTrue(bench.transmit([UInt8](repeating: 1, count: 114)))
    bench.driver.flush()
    network.transmitAll()
    XCTAssertEqual(network.transmitted.map(\.count), [114])
    XCTAssertEqual(bench.driver.counters.refusedFrames, 2)
    bench.check()
  }

  func testLengthsThatCannotBeAreDropped() throws {
    let bench = try NetworkTestBench()
    for byteCount in [0, 1, 11, 12, 1527, 65_536, Int(UInt32.max)] {
      XCTAssertTrue(bench.network.deliver([1, 2, 3], sayingByteCount: byteCount))
    }
    XCTAssertTrue(bench.network.deliver([4, 5, 6]))
    XCTAssertEqual(bench.receive(), [4, 5, 6])
    XCTAssertEqual(bench.driver.counters.malformedLengths, 7)
    XCTAssertEqual(bench.driver.counters.receivedFrames, 1)
    XCTAssertEqual(bench.driver.counters.resets, 0)
    bench.check()
  }

  func testARingFullOfMalformedLengthsEnds() throws {
    let bench = try NetworkTestBench(FakeVirtioNetwork(queueSize: 256))
    for _ in 0..<256 { XCTAssertTrue(bench.network.deliver([1], sayingByteCount: 0)) }
    XCTAssertNil(bench.receive())
    XCTAssertEqual(bench.driver.counters.malformedLengths, 256)
    bench.check()
  }

  func testALongerClaimThanWrittenShowsOnlyTheBuffer() throws {
    let bench = try NetworkTestBench()
    XCTAssertTrue(bench.network.deliver([1, 2, 3], sayingByteCount: 12 + 1514))
    XCTAssertEqual(bench.receive()?.count, 1514)
    bench.check()
  }

  func testTheLinkIsFollowed() throws {
    let bench = try NetworkTestBench()
    bench.network.device.changeConfiguration { $0[6] = 0 }
    bench.driver.handleConfigurationChange()
    XCTAssertFalse(bench.driver.isLinkUp)
    bench.network.device.changeConfiguration { $0[6] = 1 }
    bench.driver.handleConfigurationChange()
    XCTAssertTrue(bench.driver.isLinkUp)
  }

  func testAsAStreamItYieldsFramesAndArmsWhenPending() throws {
    let bench = try NetworkTestBench()
    XCTAssertNil(poll(bench))
    XCTAssertTrue(bench.network.deliver([5]))
    XCTAssertEqual(bench.network.receiveQueue.interruptCount, 1)
    XCTAssertEqual(poll(bench), [5])
    XCTAssertNil(poll(bench))
    bench.check()
  }

  private func poll(_ bench: NetworkTestBench) -> [UInt8]? {
    let answer = bench.driver.poll(at: .zero)
    switch consume answer {
    case .ready(let frame):
      let bytes = NetworkTestBench.bytes(of: frame)
      bench.driver.recycle(frame)
      return bytes
    default: return nil
    }
  }
}
