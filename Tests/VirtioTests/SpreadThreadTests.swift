import Buffers
import Foundation
import Reactors
import Synchronization
import TestSupport
import Virtio
import XCTest

/// A receiving core and the sessions core as two real threads.
final class SpreadThreadTests: XCTestCase {
  private static let count: UInt64 = 5_000

  func testFramesArriveOnceInOrderAndComeHome() throws {
    let bench = try SpreadTestBench()
    let outcome = run(bench, losing: nil)
    XCTAssertEqual(outcome.firstWrong, nil)
    XCTAssertEqual(outcome.received, Self.count)
    XCTAssertGreaterThan(outcome.refused, 0, "the sessions core was not the slower one at first")
    XCTAssertEqual(bench.missingFrameCount(), 0)
    bench.check()
  }

  /// The control: a device that leaves one out is noticed.
  func testALostFrameIsNoticed() throws {
    let bench = try SpreadTestBench()
    let outcome = run(bench, losing: Self.count / 2)
    XCTAssertEqual(outcome.firstWrong, Self.count / 2)
    XCTAssertEqual(bench.missingFrameCount(), 0)
  }

  private struct Outcome {
    var received: UInt64 = 0
    var firstWrong: UInt64?
    var refused = 0
  }

  private func run(_ bench: SpreadTestBench, losing lost: UInt64?) -> Outcome {
    let other = OtherCore(bench.receivers[1].take(), bench.network.queue(2), count: Self.count, losing: lost)
    other.start()
    other.waitUntilFull()
    var outcome = Outcome()
    for expected in 0..<Self.count {
      let number = nextNumber(bench)
      if number == expected {
        outcome.received += 1
      } else {
        outcome.firstWrong = outcome.firstWrong ?? expected
      }
    }
    other.end()
    bench.receivers[1] = other.receiver.take()
    outcome.refused = other.refused
    return outcome
  }

  private func nextNumber(_ bench: SpreadTestBench) -> UInt64 {
    while true {
      if let frame = bench.driver.receive() {
        let number = SpreadTestBench.number(in: frame)
        bench.driver.recycle(frame)
        return number
      }
      if !bench.driver.armReceiveInterrupt() { sched_yield() }
    }
  }
}

/// The thread of the device's second receive queue and of the core that owns it. What is in here is that thread's from
/// `start` to `end`, and the test's before and after.
private final class OtherCore: @unchecked Sendable {
  var receiver: Receiver?
  /// How often the device had no buffer.
  var refused = 0
  private let queue: FakeVirtioQueue
  private let count: UInt64
  private let lost: UInt64?
  private let isOver = Atomic<Bool>(false)
  private let isFull = DispatchSemaphore(value: 0)
  private let hasEnded = DispatchSemaphore(value: 0)

  init(_ receiver: consuming Receiver?, _ queue: FakeVirtioQueue, count: UInt64, losing lost: UInt64?) {
    self.receiver = receiver
    self.queue = queue
    self.count = count
    self.lost = lost
  }

  func start() { Thread.detachNewThread { self.run() } }

  /// Until the device has no buffer for the first time: then all frames are under way.
  func waitUntilFull() { isFull.wait() }

  func end() {
    isOver.store(true, ordering: .releasing)
    hasEnded.wait()
  }

  private func run() {
    var number: UInt64 = 0
    while !isOver.load(ordering: .acquiring) {
      if number < count { deliver(&number) }
      if receiver!.poll() == .waiting { sched_yield() }
    }
    hasEnded.signal()
  }

  private func deliver(_ number: inout UInt64) {
    guard let chain = queue.pop() else {
      refused += 1
      if refused == 1 { isFull.signal() }
      return
    }
    let frame = SpreadTestBench.datagram(to: 1, port: 1, number: number == lost ? .max : number)
    queue.write([UInt8](repeating: 0, count: FakeVirtioNetwork.headerByteCount) + frame, to: chain)
    queue.complete(chain, byteCount: FakeVirtioNetwork.headerByteCount + frame.count)
    number += 1
  }
}
