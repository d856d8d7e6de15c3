import TestSupport
import Virtio
import XCTest

/// Interrupts and doorbells are suppressed, and no wake-up is lost by that.
final class WakeupTests: XCTestCase {
  /// A driver that receives until there is nothing, asks for an interrupt and sleeps; and a device that delivers
  /// between any two of these steps. Whether all was received in the end.
  private func receivesAll(seed: UInt64, usesEventIndex: Bool, looksAgain: Bool) throws -> Bool {
    let features: VirtioFeatures = usesEventIndex ? .version1 | .eventIndex : .version1
    let bench = try NetworkTestBench(FakeVirtioNetwork(features: features))
    var random = SeededRandom(seed: seed)
    enum State { case running, arming, asleep }
    var state = State.running
    var (delivered, received, interruptsSeen) = (0, 0, 0)
    for step in 0..<400 {
      let isWindingDown = step >= 300
      if !isWindingDown && random.next() % 3 == 0 && bench.network.deliver([1]) { delivered += 1 }
      switch state {
      case .running:
        if bench.receive() != nil { received += 1 } else { state = .arming }
        bench.driver.flush()
      case .arming:
        let isSomethingThere = bench.driver.armReceiveInterrupt()
        state = looksAgain && isSomethingThere ? .running : .asleep
      case .asleep:
        let interrupts = bench.network.receiveQueue.interruptCount
        if interrupts != interruptsSeen { state = .running }
        interruptsSeen = interrupts
      }
    }
    bench.check("SEED=\(seed)")
    if looksAgain { XCTAssertGreaterThan(delivered, 50) }
    return delivered == received
  }

  func testNoFrameWaitsForAnInterruptThatDoesNotCome() throws {
    for seed in 1...200 as ClosedRange<UInt64> {
      XCTAssertTrue(try receivesAll(seed: seed, usesEventIndex: true, looksAgain: true), "SEED=\(seed)")
      XCTAssertTrue(try receivesAll(seed: seed, usesEventIndex: false, looksAgain: true), "SEED=\(seed)")
    }
  }

  /// The control: a driver that does not look again after arming must be caught losing a wake-up. Without the event
  /// index it loses only the first, and later ones make up for it.
  func testADriverThatDoesNotLookAgainIsCaught() throws {
    let losses = try (1...200 as ClosedRange<UInt64>).filter {
      try !receivesAll(seed: $0, usesEventIndex: true, looksAgain: false)
    }
    XCTAssertGreaterThan(losses.count, 0)
  }

  /// A device that sleeps until a doorbell, and a driver that sends in bursts. Whether all was sent in the end.
  private func sendsAll(seed: UInt64, usesEventIndex: Bool, deviceLooksAgain: Bool) throws -> Bool {
    let features: VirtioFeatures = usesEventIndex ? .version1 | .eventIndex : .version1
    let network = FakeVirtioNetwork(features: features)
    let bench = try NetworkTestBench(network)
    var random = SeededRandom(seed: seed)
    var (sent, doorbellsSeen) = (0, 0)
    var (isAsleep, isAsking) = (true, false)
    for step in 0..<400 {
      if step < 300 && random.next() % 2 == 0 {
        if bench.transmit([1]) { sent += 1 }
        bench.driver.flush()
      }
      if isAsleep {
        isAsleep = network.device.doorbells[1, default: 0] == doorbellsSeen
        if !isAsleep { _ = network.transmitQueue.wantDoorbell(false) }
      } else if isAsking {
        doorbellsSeen = network.device.doorbells[1, default: 0]
        isAsleep = !network.transmitQueue.wantDoorbell(true) || !deviceLooksAgain
        isAsking = false
      } else {
        isAsking = !network.takeTransmission()
        network.completeTransmission()
      }
    }
    bench.check("SEED=\(seed)")
    return network.transmitted.count == sent
  }

  func testTheDeviceIsToldWheneverItAskedToBe() throws {
    for seed in 1...200 as ClosedRange<UInt64> {
      XCTAssertTrue(try sendsAll(seed: seed, usesEventIndex: true, deviceLooksAgain: true), "SEED=\(seed)")
      XCTAssertTrue(try sendsAll(seed: seed, usesEventIndex: false, deviceLooksAgain: true), "SEED=\(seed)")
    }
  }

  /// The control for the one above: a device that sleeps without looking must be caught.
  func testADeviceThatDoesNotLookAgainIsCaught() throws {
    let losses = try (1...200 as ClosedRange<UInt64>).filter {
      try !sendsAll(seed: $0, usesEventIndex: true, deviceLooksAgain: false)
    }
    XCTAssertGreaterThan(losses.count, 0)
  }

  func testABusyDeviceIsNotRungAndABusyDriverNotInterrupted() throws {
    for features in [.version1, .version1 | .eventIndex] as [VirtioFeatures] {
      let network = FakeVirtioNetwork(features: features)
      let bench = try NetworkTestBench(network)
      _ = network.transmitQueue.wantDoorbell(false)
      _ = network.receiveQueue.wantDoorbell(false)
      let doorbells = network.device.doorbells
      for number in 0..<10_000 as Range<UInt64> {
        XCTAssertTrue(network.deliver(NetworkTestBench.frame(number)))
        XCTAssertNotNil(bench.receive())
        XCTAssertTrue(bench.transmit([1]))
        bench.driver.flush()
        network.transmitAll()
        _ = network.transmitQueue.wantDoorbell(false)
      }
      XCTAssertEqual(network.device.doorbells, doorbells)
      XCTAssertEqual(network.receiveQueue.interruptCount, 0)
      XCTAssertEqual(network.transmitQueue.interruptCount, 0)
      bench.check()
    }
  }

  func testInterruptsWithoutReasonAreHarmless() throws {
    let bench = try NetworkTestBench()
    for _ in 0..<1_000 {
      XCTAssertNil(bench.receive())
      XCTAssertFalse(bench.driver.armReceiveInterrupt())
      bench.driver.handleConfigurationChange()
    }
    XCTAssertEqual(bench.driver.counters.resets, 0)
    bench.check()
  }

  /// Whoever asked is told even when another has taken the completion before the device looks whether to interrupt.
  func testAWishOutlivesTheCompletionItWasFor() throws {
    for features in [.version1, .version1 | .eventIndex] as [VirtioFeatures] {
      let bench = try NetworkTestBench(FakeVirtioNetwork(features: features))
      XCTAssertFalse(bench.driver.armReceiveInterrupt())
      bench.network.receiveQueue.betweenIndexAndInterrupt = { XCTAssertEqual(bench.receive(), [1]) }
      XCTAssertTrue(bench.network.deliver([1]))
      bench.network.receiveQueue.betweenIndexAndInterrupt = nil
      XCTAssertEqual(bench.network.receiveQueue.interruptCount, 1)
    }
  }
}
