import Buffers
import Exchange
import Journaling
import Reactors
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// The order node with its journal on another core: it answers as with one core, and what it has told is true after a
/// crash.
final class TwoCoreTests: XCTestCase {
  private let host = OuchHost.peer(1)

  private func makeSize() -> NodeSize {
    var size = NodeSize()
    size.orders = 4096
    size.messagesPerClient = 4096
    return size
  }

  private func accepted(_ two: TwoCoreNode) -> [[UInt8]] {
    two.node.link.takeSent().compactMap { OuchPacket($0) }.flatMap(\.messages)
  }

  /// What a boot with one core makes of the disk.
  private func reboot(_ medium: FakeDisk, size: NodeSize) throws -> (digest: UInt64, stream: [[UInt8]]) {
    let machine = try SimulatedMachine(medium)
    machine.size = size
    let node = try machine.boot()
    node.introduce(host)
    let result = (node.orderNode.value.venue.stateDigest, node.stream(of: "A", to: host))
    machine.reset()
    return result
  }

  func testAnOrderIsAnsweredWhenItIsDurableAndNotBefore() throws {
    let two = try TwoCoreNode(FakeDisk(sectorCount: 4096))
    two.node.introduce(host)
    two.node.link.deliver(host.packet("A", [OuchBytes.enter(1)]))
    two.run(for: .microseconds(90))
    XCTAssertEqual(accepted(two), [])
    two.run(for: .microseconds(30))
    XCTAssertEqual(accepted(two).map { $0[0] }, [UInt8(ascii: "A")])
    XCTAssertTrue(two.cutPower())
  }

  /// Orders come faster than the disk takes them; the journal fills up in the smaller ones.
  func testAFloodIsAnsweredAndReplaysWithOneCore() throws {
    for (sectorCount, bufferCount) in [(8192, 4), (8192, 2), (600, 3)] as [(UInt64, Int)] {
      let (medium, size) = (FakeDisk(sectorCount: sectorCount), makeSize())
      let two = try TwoCoreNode(
        medium, size: size, bufferCount: bufferCount, latency: 2_000_000...2_000_000)
      two.node.introduce(host)
      var answers: [[UInt8]] = []
      for datagram in 0..<100 {
        let first = UInt32(1 + datagram * 25)
        two.node.link.deliver(host.packet("A", (0..<25).map { OuchBytes.enter(first + $0) }))
        two.run(for: .microseconds(50))
        answers += accepted(two)
      }
      two.run(for: .seconds(1))
      answers += accepted(two)
      XCTAssertEqual(two.node.link.waitingFrameCount, 0)
      let counters = two.node.orderNode.value.counters
      XCTAssertEqual(answers.count + Int(counters.droppedForRoom), 2_500)
      XCTAssertEqual(counters.hasRefused, sectorCount == 600, "\(sectorCount) sectors")
      let digest = two.node.orderNode.value.venue.stateDigest
      XCTAssertTrue(two.cutPower())
      let rebooted = try reboot(medium, size: size)
      XCTAssertEqual(rebooted.digest, digest)
      XCTAssertEqual(rebooted.stream, answers)
    }
  }

  func testWhatWasToldIsTrueWheneverThePowerGoes() throws {
    var untold = 0
    for microseconds in stride(from: 20, through: 1_500, by: 185) as StrideThrough<UInt64> {
      let (medium, size) = (FakeDisk(sectorCount: 4096, seed: microseconds), makeSize())
      let two = try TwoCoreNode(medium, size: size, bufferCount: 3)
      two.node.introduce(host)
      for datagram in 0..<20 as Range<UInt32> {
        two.node.link.deliver(host.packet("A", (0..<9).map { OuchBytes.enter(1 + datagram * 9 + $0) }))
        two.run(for: .nanoseconds(microseconds * 50))
      }
      let told = accepted(two)
      XCTAssertTrue(two.cutPower())
      XCTAssertTrue(try reboot(medium, size: size).stream.starts(with: told), "after \(microseconds)")
      untold += 180 - told.count
    }
    XCTAssertGreaterThan(untold, 50)
  }

  func testADiskThatFailsEndsTheAnswersAndNothingElse() throws {
    let medium = FakeDisk(sectorCount: 4096)
    let two = try TwoCoreNode(medium)
    two.node.introduce(host)
    medium.faults = [FakeDisk.Fault(.flush)]
    for reference in 1...3 as ClosedRange<UInt32> {
      two.node.link.deliver(host.packet("A", [OuchBytes.enter(reference)]))
      two.run(for: .milliseconds(1))
    }
    XCTAssertEqual(accepted(two), [])
    XCTAssertTrue(two.node.journal.hasFailed)
    XCTAssertEqual(two.node.orderNode.value.counters.droppedForRoom, 2)
    XCTAssertEqual(two.node.exchange(host.arpRequest).count, 1, "who has, is answered")
    XCTAssertTrue(two.cutPower())
  }
}
