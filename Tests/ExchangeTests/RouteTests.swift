import Exchange
import Networking
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// Answers wait while the way to their client is not known.
final class RouteTests: XCTestCase {
  private let host = OuchHost.peer(1)

  /// The requests for a host's station among these frames.
  private func questions(_ frames: [[UInt8]], for host: OuchHost) -> Int {
    let question = OuchHost.node.arp(
      1, target: host, targetStation: [0, 0, 0, 0, 0, 0], to: OuchHost.broadcastStation)
    return frames.filter { $0 == question }.count
  }

  func testAnswersAreKeptUntilTheClientsStationIsKnown() throws {
    let node = try SimulatedNode<NoJournal>()
    let enters = (1...3).map { OuchBytes.enter(UInt32($0)) }
    var sent = node.exchange(host.packet("A", enters))
    XCTAssertEqual(questions(sent, for: host), 1)
    XCTAssertEqual(sent.count, 1)
    sent = node.exchange(host.arp(2))
    XCTAssertEqual(sent.compactMap { OuchPacket($0) }.map(\.messages.count), [3])
    XCTAssertEqual(sent.count, 1)
  }

  func testAnswersWithAJournalAreKeptToo() throws {
    let machine = try SimulatedMachine(FakeDisk(sectorCount: 4096))
    let node = try machine.boot()
    XCTAssertEqual(node.packets(delivering: [host.packet("A", [OuchBytes.enter(1)])]), [])
    XCTAssertEqual(node.packets(delivering: [host.arp(2)]).map(\.messages.count), [1])
    machine.reset()
  }

  func testTheQuestionIsRepeatedAndThenGivenUp() throws {
    let node = try SimulatedNode<NoJournal>()
    var sent = node.exchange(host.packet("A", [OuchBytes.enter(1)]))
    node.run(for: .seconds(4))
    sent += node.link.takeSent()
    XCTAssertEqual(questions(sent, for: host), 3)
    XCTAssertEqual(sent.count, 3)
    // It is there after all, and asks for us: the answer leaves with ours.
    let frames = node.exchange(host.arpRequest)
    XCTAssertEqual(frames.first, OuchHost.node.arp(2, target: host))
    XCTAssertEqual(frames.compactMap { OuchPacket($0) }.map(\.messages.count), [1])
  }

  func testClientsBeyondTheLinkAreReachedThroughTheGateway() throws {
    let node = try SimulatedNode<NoJournal>()
    let gateway = OuchHost(station: [0x52, 0x55, 10, 0, 2, 2], address: [10, 0, 2, 2])
    let far = OuchHost(station: gateway.station, address: [192, 168, 7, 7])
    let sent = node.exchange(far.packet("A", [OuchBytes.enter(1)]))
    XCTAssertEqual(questions(sent, for: gateway), 1)
    let packets = node.packets(delivering: [gateway.arp(2)])
    XCTAssertEqual(packets.map { $0.went(to: far) }, [true])
  }

  /// The journal task finds the way gone when it wants to answer: the question must leave although no frame comes
  /// and no timer is due.
  func testTheJournalTasksQuestionLeaves() throws {
    let machine = try SimulatedMachine(FakeDisk(sectorCount: 4096))
    machine.latency = 200_000_000...200_000_000
    let node = try machine.boot()
    let introduced = node.time.now
    node.introduce(host)
    _ = node.packets(after: .seconds(1), delivering: [host.packet("A", [OuchBytes.enter(1)])])
    // A minute later the host is asked after, three times in three seconds, does not answer and is forgotten. An
    // order comes just before that, and is durable just after it.
    node.run(until: introduced + .milliseconds(62_900))
    _ = node.link.takeSent()
    let enter = OuchBytes.enter(2)
    XCTAssertEqual(node.packets(after: .milliseconds(90), delivering: [host.packet("A", [enter])]), [])
    XCTAssertEqual(node.link.takeSent(), [])
    node.run(for: .milliseconds(900))
    XCTAssertEqual(questions(node.link.takeSent(), for: host), 1)
    XCTAssertEqual(node.packets(delivering: [host.arp(2)]).map(\.messages.count), [1])
    machine.reset()
  }
}
