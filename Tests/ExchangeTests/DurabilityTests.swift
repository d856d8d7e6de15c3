import Reactors
import Buffers
import Exchange
import Orders
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// Nothing is answered before it is durable, and many orders share one flush.
final class DurabilityTests: XCTestCase {
  private let host = OuchHost.peer(1)

  private func makeMachine(sectorCount: UInt64 = 4096) throws -> SimulatedMachine {
    try SimulatedMachine(FakeDisk(sectorCount: sectorCount))
  }

  func testAnAnswerLeavesWhenItsFlushIsCompletedAndNotBefore() throws {
    let machine = try makeMachine()
    let node = try machine.boot()
    node.introduce(host)
    let before = machine.medium.log.count
    var logAtSending: [FakeDisk.Event] = []
    node.link.onSend = { [medium = machine.medium] _ in logAtSending = [FakeDisk.Event](medium.log[before...])
    }
    let packets = node.packets(delivering: [host.packet("CLIENT01", [OuchBytes.enter(1)])])
    XCTAssertEqual(packets.count, 1)
    XCTAssertEqual(logAtSending.map(\.operation), [.write, .write, .flush, .flush])
    XCTAssertEqual(
      logAtSending.map(\.kind), [.submitted, .completed(.succeeded), .submitted, .completed(.succeeded)])
    machine.reset()
  }

  func testNothingLeavesWhileTheDiskIsBusy() throws {
    let machine = try makeMachine()
    let node = try machine.boot()
    node.introduce(host)
    machine.disk?.isStalled = true
    XCTAssertEqual(
      node.packets(after: .seconds(1), delivering: [host.packet("CLIENT01", [OuchBytes.enter(1)])]), [])
    XCTAssertEqual(node.orderNode.value.venue.liveOrderCount, 1, "it was applied")
    XCTAssertEqual(
      node.packets(delivering: [host.request("CLIENT01", from: 1)]).map(\.messages), [[]],
      "nor is it sent when it is asked for")
    machine.reset()
  }

  /// The control: without a journal an answer leaves in the turn that made it.
  func testWithoutAJournalAnAnswerLeavesAtOnce() throws {
    let node = try SimulatedNode<NoJournal>()
    node.introduce(host)
    let enter = OuchBytes.enter(1)
    let sent = node.exchange(host.packet("CLIENT01", [enter])).compactMap { OuchPacket($0) }
    XCTAssertEqual(sent.map(\.messages), [[OuchBytes.accepted(enter, order: 1, at: node.timestamp)]])
  }

  func testOrdersThatComeDuringAFlushShareTheNextOne() throws {
    let machine = try makeMachine()
    machine.latency = 1_000_000...1_000_000
    let node = try machine.boot()
    node.introduce(host)
    let before = machine.medium.completedChanges.count
    for reference in 1...40 {
      node.link.deliver(host.packet("CLIENT01", [OuchBytes.enter(UInt32(reference))]))
      node.run(for: .microseconds(20))
    }
    XCTAssertEqual(node.link.takeSent(), [])
    node.run(for: .milliseconds(5))
    let messages = node.link.takeSent().compactMap { OuchPacket($0) }.flatMap(\.messages)
    XCTAssertEqual(messages.map { $0.big(9, as: UInt32.self) }, [UInt32](1...40), "all answered in order")
    XCTAssertEqual(
      machine.medium.completedChanges[before...].map(\.operation), [.write, .flush, .write, .flush],
      "the first order alone, the others together")
    machine.reset()
  }

  // MARK: - Power cuts

  /// Sends orders, cuts the power when the first was answered, and boots again. True when every answer that left
  /// is in the stream again, byte for byte.
  private func survivesPowerCuts(
    acknowledgingEarly: Bool = false, ignoringFlushes: Bool = false
  ) throws -> Bool {
    for seed in 1...20 as ClosedRange<UInt64> {
      let medium = FakeDisk(sectorCount: 4096, seed: seed)
      let machine = try SimulatedMachine(medium)
      machine.acknowledgesEarly = acknowledgingEarly
      var node = try machine.boot()
      node.introduce(host)
      medium.ignoresFlushes = ignoringFlushes
      var sent: [[UInt8]] = []
      for reference in 1...5 as ClosedRange<UInt32> {
        sent += node.packets(
          after: .microseconds(80 + seed), delivering: [host.packet("CLIENT01", [OuchBytes.enter(reference)])]
        ).flatMap(\.messages)
      }
      machine.cutPower()
      guard let next = try? machine.boot() else { return false }
      node = next
      node.introduce(host)
      let stream = node.stream(of: "CLIENT01", to: host)
      machine.reset()
      guard stream.starts(with: sent) else { return false }
    }
    return true
  }

  func testWhatWasAnsweredSurvivesAPowerCut() throws { XCTAssertTrue(try survivesPowerCuts()) }

  /// The control: the check notices a journal that answers before the flush.
  func testAJournalThatAcknowledgesEarlyIsCaught() throws {
    XCTAssertFalse(try survivesPowerCuts(acknowledgingEarly: true))
  }

  /// The control: it notices a disk that does not flush.
  func testADiskThatIgnoresFlushesIsCaught() throws {
    XCTAssertFalse(try survivesPowerCuts(ignoringFlushes: true))
  }

  func testARestartGivesTheSameStateAndTheSameStreams() throws {
    let machine = try makeMachine()
    var node = try machine.boot()
    let other = OuchHost.peer(2)
    node.introduce(host, other)
    for reference in 1...30 as ClosedRange<UInt32> {
      let side: Character = reference % 3 == 0 ? "S" : "B"
      _ = node.packets(delivering: [
        host.packet("CLIENT01", [OuchBytes.enter(reference, side, 10 * reference, at: 10_000)]),
        other.packet("CLIENT02", [OuchBytes.enter(reference, "S", 70, at: 9_000), OuchBytes.query]),
      ])
    }
    let digest = node.orderNode.value.venue.stateDigest
    let streams = [node.stream(of: "CLIENT01", to: host), node.stream(of: "CLIENT02", to: other)]
    XCTAssertGreaterThan(streams[1].count, 60)
    machine.cutPower()
    node = try machine.boot()
    XCTAssertEqual(node.orderNode.value.venue.stateDigest, digest)
    node.introduce(host, other)
    XCTAssertEqual([node.stream(of: "CLIENT01", to: host), node.stream(of: "CLIENT02", to: other)], streams)
    machine.reset()
  }

  func testExecutionsWaitUntilTheClientHasSpokenAfterARestart() throws {
    let machine = try makeMachine()
    var node = try machine.boot()
    let other = OuchHost.peer(2)
    node.introduce(host, other)
    _ = node.packets(delivering: [host.packet("MAKER", [OuchBytes.enter(1, "S", 100)])])
    machine.reset()
    node = try machine.boot()
    node.introduce(host, other)
    let packets = node.packets(delivering: [other.packet("TAKER", [OuchBytes.enter(1, "B", 100)])])
    XCTAssertEqual(packets.map(\.name), ["TAKER     "])
    // It speaks from another address than before: that is where its execution goes.
    let moved = OuchHost.peer(3, port: 99)
    node.introduce(moved)
    let answers = node.packets(delivering: [moved.packet("MAKER", [OuchBytes.query])])
    XCTAssertEqual(answers.map { $0.went(to: moved) }, answers.map { _ in true })
    XCTAssertEqual(answers.flatMap(\.messages).map { $0[0] }, [UInt8(ascii: "E"), UInt8(ascii: "Q")])
    XCTAssertEqual(answers.first?.sequence, 2)
    machine.reset()
  }
}
