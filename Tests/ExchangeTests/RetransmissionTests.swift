import Reactors
import Exchange
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// Asking to send again.
final class RetransmissionTests: XCTestCase {
  private let host = OuchHost.peer(1)

  private func makeNode(messagesPerClient: Int = 64) throws -> SimulatedNode<NoJournal> {
    var size = NodeSize()
    size.messagesPerClient = messagesPerClient
    let node = try SimulatedNode<NoJournal>(size: size)
    node.introduce(host)
    return node
  }

  private func ask(_ node: SimulatedNode<NoJournal>, _ name: String, from sequence: UInt64, count: UInt16 = 1)
    -> OuchPacket?
  {
    let sent = node.exchange(host.request(name, from: sequence, count: count))
    XCTAssertEqual(sent.count, 1, "one datagram comes back")
    return sent.first.flatMap { OuchPacket($0) }
  }

  func testTheStreamComesAgainByteForByte() throws {
    let node = try makeNode()
    var live: [[UInt8]] = []
    for reference in 1...30 as ClosedRange<UInt32> {
      live += node.packets(delivering: [host.packet("A", [OuchBytes.enter(reference)])]).flatMap(\.messages)
    }
    XCTAssertEqual(node.stream(of: "A", to: host), live)
    let answer = ask(node, "A", from: 29, count: 0)
    XCTAssertEqual(answer?.messages, [live[28], live[29]], "the count asked for does not matter")
    XCTAssertEqual(ask(node, "A", from: 5)?.messages, [[UInt8]](live[4..<26]), "as many as fit a datagram")
  }

  func testWhatCannotBeSentIsAnsweredWithANumber() throws {
    let node = try makeNode(messagesPerClient: 8)
    XCTAssertEqual(ask(node, "NOBODY", from: 77)?.sequence, 1, "a name never heard of")
    XCTAssertEqual(node.orderNode.value.venue.clientCount, 0, "asking makes no client")
    let enters = (1...20).map { OuchBytes.enter(UInt32($0)) }
    _ = node.packets(delivering: [host.packet("A", enters)])
    for (asked, told) in [(0, 13), (1, 13), (12, 13), (21, 21), (22, 21), (UInt64.max, 21)]
      as [(UInt64, UInt64)]
    {
      let answer = ask(node, "A", from: asked)
      XCTAssertEqual(answer?.messages, [], "asked from \(asked)")
      XCTAssertEqual(answer?.sequence, told, "asked from \(asked)")
    }
    XCTAssertEqual(ask(node, "A", from: 13)?.messages.count, 8)
    XCTAssertEqual(node.orderNode.value.venue.lostAnswerCount, 12, "overwritten before they could be sent")
  }

  func testAskingFromAnotherAddressMovesTheClientThere() throws {
    let node = try makeNode()
    let other = OuchHost.peer(2)
    node.introduce(other)
    _ = node.packets(delivering: [host.packet("A", [OuchBytes.enter(1, "S")])])
    _ = node.packets(delivering: [other.request("A", from: 2)])
    let packets = node.packets(delivering: [host.packet("B", [OuchBytes.enter(1, "B")])])
    XCTAssertEqual(packets.first { $0.name == "A".padded }?.went(to: other), true)
  }
}
