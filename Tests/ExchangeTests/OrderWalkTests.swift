import Reactors
import Exchange
import Orders
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// The whole walk of an order, frame in to frame out, through the journal; every byte compared with bytes written
/// from the specifications.
final class OrderWalkTests: XCTestCase {
  private let host = OuchHost.peer(1)
  private var machine: SimulatedMachine!
  private var node: SimulatedMachine.Node!

  override func setUpWithError() throws {
    machine = try SimulatedMachine(FakeDisk(sectorCount: 4096))
    node = try machine.boot()
    node.introduce(host)
  }

  override func tearDown() {
    machine?.reset()
    (machine, node) = (nil, nil)
  }

  /// Sends messages in one packet; gives back the answers, and the time they are stamped with.
  private func answers(to messages: [UInt8]..., as name: String = "CLIENT01") -> (
    messages: [[UInt8]], time: UInt64
  ) {
    let time = node.timestamp
    let packets = node.packets(delivering: [host.packet(name, messages)])
    return (packets.flatMap(\.messages), time)
  }

  func testEveryByteOfEveryFrameOfOneOrder() throws {
    let machine = try SimulatedMachine(FakeDisk(sectorCount: 4096))
    let node = try machine.boot()
    XCTAssertEqual(
      node.exchange(host.arpRequest), [OuchHost.node.arp(2, target: host)], "the address resolution")
    let enter = OuchBytes.enter(1, "B", 500, "SLUICE", at: 123_400, id: "my order no. 1")
    let time = node.timestamp
    XCTAssertEqual(node.exchange(host.packet("CLIENT01", [enter])), [], "nothing is durable yet")
    node.run(for: .milliseconds(2))
    let payload = OuchHost.mold("CLIENT01", sequence: 1, [OuchBytes.accepted(enter, order: 1, at: time)])
    XCTAssertEqual(node.link.takeSent(), [OuchHost.node.datagram(payload, to: host)])
    XCTAssertEqual(node.orderNode.value.venue.liveOrderCount, 1)
    machine.reset()
  }

  func testAnOrderIsReducedAndCanceled() {
    let enter = OuchBytes.enter(1, "S", 300)
    var (messages, time) = answers(to: enter)
    XCTAssertEqual(messages, [OuchBytes.accepted(enter, order: 1, at: time)])
    (messages, time) = answers(to: OuchBytes.cancel(1, to: 100))
    XCTAssertEqual(messages, [OuchBytes.canceled(1, decrement: 200, at: time)])
    (messages, time) = answers(to: OuchBytes.cancel(1, to: 100))
    XCTAssertEqual(messages, [], "superfluous")
    (messages, time) = answers(to: OuchBytes.cancel(1))
    XCTAssertEqual(messages, [OuchBytes.canceled(1, decrement: 100, at: time)])
    XCTAssertEqual(node.orderNode.value.venue.liveOrderCount, 0)
  }

  func testAnOrderIsReplaced() {
    let enter = OuchBytes.enter(1, "T", 300, "XYZ", at: 50_000, capacity: "P")
    _ = answers(to: enter)
    let replace = OuchBytes.replace(1, with: 5, 200, at: 60_000)
    var (messages, time) = answers(to: replace)
    XCTAssertEqual(
      messages, [OuchBytes.replaced(replace, entered: enter, exposed: 200, order: 2, at: time)])
    (messages, time) = answers(to: OuchBytes.replace(5, with: 6, 200, at: 0))
    XCTAssertEqual(
      messages, [OuchBytes.canceled(5, decrement: 200, at: time)], "an impossible price cancels the order")
    (messages, time) = answers(to: OuchBytes.query)
    XCTAssertEqual(messages, [OuchBytes.queryResponse(next: 6, at: time)], "number 6 was not used up")
  }

  func testOrdersTradeAndBothClientsAreTold() {
    let other = OuchHost.peer(2, port: 7777)
    node.introduce(other)
    let sell = OuchBytes.enter(1, "S", 100, at: 990_000)
    _ = node.packets(delivering: [other.packet("MAKER", [sell])])
    let buy = OuchBytes.enter(1, "B", 150, at: 1_000_000)
    let time = node.timestamp
    let packets = node.packets(delivering: [host.packet("CLIENT01", [buy])])
    XCTAssertEqual(packets.count, 2)
    let maker = packets.first { $0.went(to: other) }
    XCTAssertEqual(maker?.name, "MAKER     ")
    XCTAssertEqual(maker?.sequence, 2)
    XCTAssertEqual(
      maker?.messages,
      [OuchBytes.executed(1, 100, at: 990_000, liquidity: "A", match: 1, time: time)])
    let taker = packets.first { $0.went(to: host) }
    XCTAssertEqual(taker?.sequence, 1)
    XCTAssertEqual(
      taker?.messages,
      [
        OuchBytes.accepted(buy, order: 2, at: time),
        OuchBytes.executed(1, 100, at: 990_000, liquidity: "R", match: 1, time: time),
      ])
    XCTAssertEqual(node.orderNode.value.venue.liveOrderCount, 1, "50 shares rest")
  }

  func testAnImmediateOrderIsDeadOrLosesItsRemainder() {
    let dead = OuchBytes.enter(1, "B", 10, timeInForce: "3")
    var (messages, time) = answers(to: dead)
    XCTAssertEqual(messages, [OuchBytes.accepted(dead, order: 1, state: "D", at: time)])
    _ = answers(to: OuchBytes.enter(2, "S", 4))
    let part = OuchBytes.enter(3, "B", 10, timeInForce: "3")
    (messages, time) = answers(to: part)
    XCTAssertEqual(
      messages,
      [
        OuchBytes.accepted(part, order: 3, at: time),
        OuchBytes.executed(2, 4, at: 1_000_000, liquidity: "A", match: 1, time: time),
        OuchBytes.executed(3, 4, at: 1_000_000, liquidity: "R", match: 1, time: time),
        OuchBytes.canceled(3, decrement: 6, reason: "I", at: time),
      ])
  }

  func testEveryReasonForRejection() {
    let cases: [(message: [UInt8], reason: UInt16)] = [
      (OuchBytes.enter(1, "X"), 0x0009), (OuchBytes.enter(2, "B", 0), 0x0013),
      (OuchBytes.enter(3, "B", 1_000_000), 0x0013), (OuchBytes.enter(4, at: 0), 0x001D),
      (OuchBytes.enter(5, at: 1_999_999_901), 0x001D), (OuchBytes.enter(6, at: 0x7FFF_FFFF), 0x002C),
      (OuchBytes.enter(7, timeInForce: "5"), 0x000F), (OuchBytes.enter(8, display: "N"), 0x0003),
      (OuchBytes.enter(9, capacity: "?"), 0x000F), (OuchBytes.enter(10, sweep: "Y"), 0x0008),
      (OuchBytes.enter(11, cross: "O"), 0x0014), (OuchBytes.enter(12, "B", 1, "A B"), 0x0017),
    ]
    for (index, (message, reason)) in cases.enumerated() {
      let (messages, time) = answers(to: message)
      XCTAssertEqual(
        messages,
        [OuchBytes.rejected(UInt32(index + 1), reason: reason, id: message[31..<45], at: time)])
    }
    XCTAssertEqual(
      node.orderNode.value.venue.rememberedClientCount, 0, "remembered from the first accepted Enter")
  }

  func testWhatIsIgnoredIsNotAnswered() {
    _ = answers(to: OuchBytes.enter(10))
    XCTAssertEqual(answers(to: OuchBytes.enter(10, "S")).messages, [], "a reference used before")
    XCTAssertEqual(answers(to: OuchBytes.enter(9)).messages, [], "a lower reference")
    XCTAssertEqual(answers(to: OuchBytes.cancel(11)).messages, [], "no such order")
    XCTAssertEqual(answers(to: OuchBytes.replace(11, with: 12)).messages, [], "no such order")
    XCTAssertEqual(node.orderNode.value.venue.orderCounters.staleReferences, 2)
    XCTAssertEqual(node.orderNode.value.venue.orderCounters.unknownOrders, 2)
    XCTAssertEqual(node.journal.nextEntry, 2, "what changed nothing is not journaled")
  }

  func testAWellFormedAppendageIsIgnoredAndNotEchoed() {
    let plain = OuchBytes.enter(1)
    let (messages, time) = answers(to: OuchBytes.enter(1, appendage: [2, 9, 1, 3, 17, 0, 0]))
    XCTAssertEqual(messages, [OuchBytes.accepted(plain, order: 1, at: time)])
  }

  func testManyMessagesOfOnePacketAreAnsweredInOrder() {
    let enters = (1...25).map { OuchBytes.enter(UInt32($0), "B", UInt32($0), at: 10_000 * UInt64($0)) }
    let time = node.timestamp
    let packets = node.packets(delivering: [host.packet("CLIENT01", enters)])
    XCTAssertEqual(packets.map(\.sequence), [1, 23], "22 messages of 66 bytes fit a datagram")
    XCTAssertEqual(
      packets.flatMap(\.messages),
      enters.enumerated().map { OuchBytes.accepted($1, order: UInt64($0 + 1), at: time) })
  }

  func testAnEchoRequestIsAnswered() {
    var message: [UInt8] = [8, 0, 0, 0, 1, 2, 3, 4] + [UInt8](0..<56)
    message.replaceSubrange(2..<4, with: OuchBytes.big(OuchHost.checksum(message)))
    var frame = host.datagram([UInt8](repeating: 0, count: message.count - 8))
    frame.replaceSubrange(34..., with: message)
    frame[23] = 1
    frame.replaceSubrange(24..<26, with: [0, 0])
    frame.replaceSubrange(24..<26, with: OuchBytes.big(OuchHost.checksum([UInt8](frame[14..<34]))))
    let sent = node.exchange(frame)
    XCTAssertEqual(sent.count, 1)
    XCTAssertEqual(sent.first.map { OuchHost.checksum([UInt8]($0[34...])) }, 0)
    XCTAssertEqual(sent.first.map { [UInt8]($0[38...]) }, [UInt8](message[4...]))
    XCTAssertEqual(sent.first?[34], 0)
  }
}
