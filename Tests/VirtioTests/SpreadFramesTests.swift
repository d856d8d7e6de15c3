import Buffers
import TestSupport
import Virtio
import XCTest

/// Frames of several receive queues, and on several transmit queues.
final class SpreadFramesTests: XCTestCase {
  func testQueuesAreReceivedFromInTurn() throws {
    let bench = try SpreadTestBench(pairCount: 3)
    for number in 0..<3 { for _ in 0..<4 { XCTAssertTrue(bench.deliver([UInt8(number)], to: number)) } }
    for number in 1..<3 { _ = bench.poll(number) }
    let order = (0..<12).compactMap { _ in bench.receive()?.first }
    for turn in 0..<4 { XCTAssertEqual(Set(order[3 * turn..<3 * turn + 3]), [0, 1, 2]) }
  }

  func testAFlowIsAlwaysTransmittedOnOneQueue() throws {
    let bench = try SpreadTestBench(pairCount: 4)
    var queues: [UInt16: Set<Int>] = [:]
    for round in 0..<3 {
      for port in 0..<64 as Range<UInt16> {
        XCTAssertTrue(
          bench.transmit(SpreadTestBench.datagram(to: 0x0A00_0202, port: port, number: UInt64(round))))
        bench.driver.flush()
        for number in 0..<4 where !bench.transmitted(on: number).isEmpty {
          queues[port, default: []].insert(number)
        }
      }
    }
    XCTAssertEqual(queues.count, 64)
    XCTAssertTrue(queues.values.allSatisfy { $0.count == 1 })
    let shares = (0..<4).map { number in queues.values.filter { $0.contains(number) }.count }
    XCTAssertTrue(shares.allSatisfy { $0 >= 8 && $0 <= 24 }, "64 flows are spread as \(shares)")
    bench.check()
  }

  func testWhatIsNoDatagramGoesToTheFirstQueueOrByItsAddress() throws {
    let bench = try SpreadTestBench(pairCount: 2)
    var echo = SpreadTestBench.datagram(to: 0x0A00_0202, port: 1, number: 1)
    echo[23] = 1
    var short = SpreadTestBench.datagram(to: 0x0A00_0202, port: 1, number: 1)
    short[14] = 0x4F
    let others: [[UInt8]] = [[1], [UInt8](repeating: 0, count: 60), Array(short.prefix(36))]
    for bytes in others + [short, echo] { XCTAssertTrue(bench.transmit(bytes)) }
    bench.driver.flush()
    let first = bench.transmitted(on: 0)
    XCTAssertEqual(first.count + bench.transmitted(on: 1).count, 5)
    XCTAssertTrue(others.prefix(2).allSatisfy(first.contains))
    bench.check()
  }

  func testAFrameOfAnotherCoreIsCopiedAndGoesHomeAtOnce() throws {
    let bench = try SpreadTestBench()
    let bytes = SpreadTestBench.datagram(to: 3, port: 4, number: 5, byteCount: 1514)
    XCTAssertTrue(bench.deliver(bytes, to: 1))
    _ = bench.poll(1)
    guard bench.driver.canTransmit, let frame = bench.driver.receive() else { return XCTFail("it came") }
    XCTAssertEqual(bench.driver.lentFrameCount, 1)
    bench.driver.transmit(frame)
    XCTAssertEqual(bench.missingFrameCount(), 0)
    bench.driver.flush()
    XCTAssertEqual(bench.transmitted(on: 0) + bench.transmitted(on: 1), [bytes])
    bench.check()
  }

  func testAQueueThatStaysFullHoldsAllBack() throws {
    let bench = try SpreadTestBench()
    var sent = 0
    while bench.transmit(SpreadTestBench.datagram(to: 1, port: 1, number: 1)) { sent += 1 }
    XCTAssertEqual(sent, 16)
    XCTAssertFalse(bench.driver.canTransmit)
    XCTAssertFalse(bench.driver.armTransmitInterrupt())
    bench.driver.flush()
    let before = (0..<2).map { bench.network.queue(2 * $0 + 1).interruptCount }
    XCTAssertEqual(bench.transmitted(on: 0).count + bench.transmitted(on: 1).count, 16)
    let after = (0..<2).map { bench.network.queue(2 * $0 + 1).interruptCount }
    XCTAssertEqual(after.reduce(0, +), before.reduce(0, +) + 1, "the interrupt that was asked for")
    XCTAssertTrue(bench.driver.armTransmitInterrupt())
    XCTAssertTrue(bench.driver.canTransmit)
    bench.check()
  }

  func testFramesNobodyTakesAreMissingInTheDeviceOnly() throws {
    let bench = try SpreadTestBench()
    var delivered = 0
    while bench.deliver([1], to: 1) {
      delivered += 1
      _ = bench.poll(1)
    }
    XCTAssertEqual(delivered, 16 + 32, "every frame of the pool is under way")
    XCTAssertFalse(bench.deliver([1], to: 1), "the device keeps what it has no buffer for")
    XCTAssertFalse(bench.poll(1), "there is nothing to do before a frame comes home")
    let woken = bench.wakeCounts[1].value
    XCTAssertNotNil(bench.receive())
    XCTAssertEqual(bench.wakeCounts[1].value, woken + 1)
    _ = bench.poll(1)
    XCTAssertTrue(bench.deliver([1], to: 1))
    _ = bench.poll(1)
    var received = 1
    while bench.receive() != nil { received += 1 }
    XCTAssertEqual(received, delivered + 1)
    XCTAssertEqual(bench.missingFrameCount(), 0)
    bench.check()
  }

  func testNobodyIsWokenWhoIsAwakeOrHasEnough() throws {
    let bench = try SpreadTestBench()
    XCTAssertTrue(bench.deliver([1], to: 1))
    _ = bench.poll(1)
    XCTAssertEqual(bench.wakeCounts[0].value, 0, "the sessions core has not asked")
    XCTAssertTrue(bench.driver.armReceiveInterrupt(), "a frame is there")
    XCTAssertNotNil(bench.receive())
    XCTAssertFalse(bench.driver.armReceiveInterrupt())
    XCTAssertTrue(bench.deliver([2], to: 1))
    XCTAssertTrue(bench.deliver([3], to: 1))
    _ = bench.poll(1)
    XCTAssertEqual(bench.wakeCounts[0].value, 1, "once for both")
    while bench.receive() != nil {}
    XCTAssertEqual(bench.wakeCounts[1].value, 0, "the device has enough frames")
  }

  func testLengthsThatCannotBeAreDroppedByTheReceiver() throws {
    let bench = try SpreadTestBench()
    for byteCount in [0, 5, 12, 1527, 70_000] {
      XCTAssertTrue(bench.deliver([1], to: 1, sayingByteCount: byteCount))
    }
    XCTAssertTrue(bench.deliver([9], to: 1))
    _ = bench.poll(1)
    XCTAssertEqual(bench.receive(), [9])
    XCTAssertNil(bench.receive())
    XCTAssertEqual(bench.with(1) { $0.counters.malformedLengths }, 5)
    XCTAssertEqual(bench.missingFrameCount(), 0)
  }

  // MARK: - A device that breaks a rule

  func testADeviceThatAsksForAResetIsGivenUp() throws {
    let bench = try SpreadTestBench()
    bench.network.device.askForReset()
    bench.driver.handleConfigurationChange()
    checkGivenUp(bench)
  }

  func testADeviceThatBreaksTheFirstReceiveQueueIsGivenUp() throws {
    let bench = try SpreadTestBench()
    bench.network.receiveQueue.push(999, byteCount: 60)
    XCTAssertNil(bench.receive())
    checkGivenUp(bench)
  }

  func testADeviceThatBreaksAnotherReceiveQueueIsGivenUp() throws {
    let bench = try SpreadTestBench()
    XCTAssertTrue(bench.deliver([5], to: 1))
    bench.network.queue(2).push(999, byteCount: 60)
    XCTAssertFalse(bench.driver.armReceiveInterrupt())
    _ = bench.poll(1)
    XCTAssertFalse(bench.with(1) { $0.isUsable })
    XCTAssertEqual(bench.wakeCounts[0].value, 1)
    XCTAssertEqual(bench.receive(), [5], "what came before is received")
    XCTAssertTrue(bench.driver.isUsable)
    while bench.driver.isUsable { XCTAssertNil(bench.receive()) }
    checkGivenUp(bench)
  }

  func testADeviceThatBreaksAnotherTransmitQueueIsGivenUp() throws {
    let bench = try SpreadTestBench()
    bench.network.queue(3).moveUsedIndex(by: 5)
    while bench.transmit(SpreadTestBench.datagram(to: 1, port: 0, number: 1)) {}
    while bench.transmit(SpreadTestBench.datagram(to: 1, port: 1, number: 1)) {}
    XCTAssertFalse(bench.driver.canTransmit)
    if bench.driver.isUsable {
      // Its flows were on the other queue.
      bench.driver.flush()
      _ = bench.transmitted(on: 0)
      for port in 2..<64 as Range<UInt16> {
        _ = bench.transmit(SpreadTestBench.datagram(to: 1, port: port, number: 1))
      }
    }
    checkGivenUp(bench)
  }

  /// It is cut off and nothing is received; whoever sleeps is not kept awake, and frames still balance.
  private func checkGivenUp(_ bench: SpreadTestBench) {
    XCTAssertFalse(bench.driver.isUsable)
    XCTAssertTrue(bench.network.device.isIsolated)
    XCTAssertTrue(bench.network.device.status.contains(.failed))
    XCTAssertEqual(bench.network.device.resetCount, 1, "it is not reset under the other cores")
    for _ in 0..<100 {
      XCTAssertNil(bench.receive())
      _ = bench.transmit([1])
      bench.driver.flush()
      XCTAssertFalse(bench.driver.armReceiveInterrupt())
    }
    XCTAssertFalse(bench.poll(1))
    XCTAssertTrue(bench.driver.isBalanced)
    XCTAssertEqual(bench.driver.lentFrameCount, 0)
  }
}
