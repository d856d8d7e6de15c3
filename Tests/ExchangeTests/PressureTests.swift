import Reactors
import Buffers
import Exchange
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// A full queue anywhere: what cannot go on waits where it is, and nothing is lost.
final class PressureTests: XCTestCase {
  private let host = OuchHost.peer(1)

  func testAFullTransmitQueueKeepsAnswers() throws {
    let link = try FakeLink(transmitPlaceCount: 2)
    let node = try SimulatedNode<NoJournal>(link: link)
    node.introduce(host)
    link.completesTransmissions = false
    let enters = (1...70).map { OuchBytes.enter(UInt32($0)) }
    var sent: [[UInt8]] = []
    for start in stride(from: 0, to: 70, by: 14) {
      sent += node.exchange(host.packet("A", [[UInt8]](enters[start..<start + 14])))
    }
    XCTAssertEqual(sent.count, 2, "two places")
    var rounds = 0
    while link.isTransmitBusy {
      link.completeTransmissions(1)
      node.runUntilAsleep()
      sent += link.takeSent()
      rounds += 1
    }
    let packets = sent.compactMap { OuchPacket($0) }
    XCTAssertEqual(packets.flatMap(\.messages).map { $0.big(9, as: UInt32.self) }, [UInt32](1...70))
    XCTAssertEqual(packets.map(\.messages.count), [14, 14, 22, 20], "what waits is sent together")
    XCTAssertTrue(link.isBalanced)
  }

  func testAJournaledAnswerWaitsForATransmitPlaceToo() throws {
    let machine = try SimulatedMachine(FakeDisk(sectorCount: 4096))
    machine.makeLink = { try FakeLink(transmitPlaceCount: 1) }
    let node = try machine.boot()
    node.introduce(host)
    node.link.completesTransmissions = false
    let first = node.packets(delivering: [host.packet("A", [OuchBytes.enter(1)])])
    let second = node.packets(delivering: [host.packet("A", [OuchBytes.enter(2)])])
    XCTAssertEqual(first.count + second.count, 1)
    node.link.completeTransmissions()
    XCTAssertEqual(node.packets(delivering: []).map(\.sequence), [2])
    node.link.completesTransmissions = true
    node.link.completeTransmissions()
    machine.reset()
  }

  func testAQuestionForAStationWaitsForATransmitPlace() throws {
    let link = try FakeLink(transmitPlaceCount: 1)
    let node = try SimulatedNode<NoJournal>(link: link)
    node.introduce(host)
    link.completesTransmissions = false
    let other = OuchHost.peer(2)
    _ = node.exchange(host.packet("A", [OuchBytes.enter(1)]))
    XCTAssertEqual(node.exchange(other.packet("B", [OuchBytes.enter(1)])), [])
    link.completeTransmissions()
    node.runUntilAsleep()
    let question = OuchHost.node.arp(
      1, target: other, targetStation: [0, 0, 0, 0, 0, 0], to: OuchHost.broadcastStation)
    XCTAssertEqual(link.takeSent(), [question])
    link.completeTransmissions()
  }

  func testAFullJournalGroupLeavesFramesInTheDevice() throws {
    let machine = try SimulatedMachine(FakeDisk(sectorCount: 8192))
    machine.size.orders = 4096
    machine.size.messagesPerClient = 4096
    machine.makeLink = { try FakeLink(receivePlaceCount: 256) }
    let node = try machine.boot()
    node.introduce(host)
    machine.disk?.isStalled = true
    var reference: UInt32 = 0
    for _ in 0..<150 {
      let enters = (0..<20).map { OuchBytes.enter(reference + 1 + $0) }
      reference += 20
      node.link.deliver(host.packet("A", enters))
      node.runUntilAsleep()
    }
    XCTAssertGreaterThan(node.link.waitingFrameCount, 50, "a group holds about 960 orders")
    XCTAssertEqual(node.link.takeSent(), [])
    XCTAssertEqual(node.link.overflowCount, 0)
    // The disk gets well: all of them are answered.
    machine.disk?.resume()
    var messages: [[UInt8]] = []
    for _ in 0..<20 {
      node.run(for: .milliseconds(1))
      messages += node.link.takeSent().compactMap { OuchPacket($0) }.flatMap(\.messages)
    }
    XCTAssertEqual(node.link.waitingFrameCount, 0)
    XCTAssertEqual(messages.count, Int(reference))
    XCTAssertEqual(messages.map { $0.big(9, as: UInt32.self) }, [UInt32](1...reference))
    machine.reset()
  }

  /// More orders than a client's stream keeps answers, while the disk stands still: the rest waits in the device.
  func testNoMoreWaitsForTheDiskThanAStreamKeeps() throws {
    let machine = try SimulatedMachine(FakeDisk(sectorCount: 8192))
    machine.size.orders = 4096
    machine.size.messagesPerClient = 256
    machine.makeLink = { try FakeLink(receivePlaceCount: 256) }
    let node = try machine.boot()
    node.introduce(host)
    machine.disk?.isStalled = true
    for start in stride(from: 1, to: 2_000, by: 20) as StrideTo<UInt32> {
      node.link.deliver(host.packet("A", (0..<20).map { OuchBytes.enter(start + $0) }))
      node.runUntilAsleep()
    }
    XCTAssertGreaterThan(node.link.waitingFrameCount, 50)
    machine.disk?.resume()
    var messages: [[UInt8]] = []
    for _ in 0..<40 {
      node.run(for: .milliseconds(1))
      messages += node.link.takeSent().compactMap { OuchPacket($0) }.flatMap(\.messages)
    }
    XCTAssertEqual(messages.map { $0.big(9, as: UInt32.self) }, [UInt32](1...2_000))
    XCTAssertEqual(node.orderNode.value.venue.lostAnswerCount, 0)
    machine.reset()
  }

  /// Few orders can have many answers: 40 of them, each trading with 26 that rest, in two datagrams.
  func testAnswersAreCountedAndNotOrders() throws {
    try checkManyTrades(try SimulatedNode<NoJournal>(size: Self.trading))
    let machine = try SimulatedMachine(FakeDisk(sectorCount: 8192))
    machine.size = Self.trading
    try checkManyTrades(try machine.boot())
    machine.reset()
  }

  private static var trading: NodeSize {
    var size = NodeSize()
    size.orders = 2048
    size.messagesPerClient = 1024
    return size
  }

  private func checkManyTrades<Inner: InputJournal & ~Copyable>(_ node: SimulatedNode<Inner>) throws {
    node.introduce(host)
    for start in stride(from: 1, to: 1_041, by: 20) as StrideTo<UInt32> {
      node.link.deliver(
        host.packet("MAKER", (0..<20).map { OuchBytes.enter(start + $0, "S", 1) }))
      node.run(for: .milliseconds(2))
    }
    _ = node.link.takeSent()
    for start in [1, 21] as [UInt32] {
      node.link.deliver(
        host.packet("TAKER", (0..<20).map { OuchBytes.enter(start + $0, "B", 26) }))
    }
    var messages: [[UInt8]] = []
    for _ in 0..<40 {
      node.run(for: .milliseconds(1))
      messages += node.link.takeSent().compactMap { OuchPacket($0) }.flatMap(\.messages)
    }
    XCTAssertEqual(messages.filter { $0[0] == UInt8(ascii: "A") }.count, 40)
    XCTAssertEqual(messages.filter { $0[0] == UInt8(ascii: "E") }.count, 2 * 1_040)
    XCTAssertEqual(node.orderNode.value.venue.lostAnswerCount, 0)
  }

  /// The same without a journal: a burst of full datagrams does not overrun the stream before it is sent.
  func testABurstOfFullDatagramsLosesNoAnswer() throws {
    var size = NodeSize()
    size.orders = 4096
    size.messagesPerClient = 256
    let node = try SimulatedNode<NoJournal>(
      link: try FakeLink(receivePlaceCount: 256, transmitPlaceCount: 256), size: size)
    node.introduce(host)
    for start in stride(from: 1, to: 1_200, by: 20) as StrideTo<UInt32> {
      node.link.deliver(host.packet("A", (0..<20).map { OuchBytes.enter(start + $0) }))
    }
    node.runUntilAsleep()
    let messages = node.link.takeSent().compactMap { OuchPacket($0) }.flatMap(\.messages)
    XCTAssertEqual(messages.map { $0.big(9, as: UInt32.self) }, [UInt32](1...1_200))
    XCTAssertEqual(node.orderNode.value.venue.lostAnswerCount, 0)
  }

  func testFramesBeyondOnePollAreTakenInTheNext() throws {
    let link = try FakeLink(receivePlaceCount: 256, transmitPlaceCount: 256)
    let node = try SimulatedNode<NoJournal>(link: link)
    node.introduce(host)
    for reference in 1...200 as ClosedRange<UInt32> {
      link.deliver(host.packet("A", [OuchBytes.enter(reference)]))
    }
    node.runUntilAsleep()
    XCTAssertEqual(link.takeSent().compactMap { OuchPacket($0) }.flatMap(\.messages).count, 200)
  }

  func testAFullBookRejects() throws {
    var size = NodeSize()
    size.orders = 64
    let node = try SimulatedNode<NoJournal>(size: size)
    node.introduce(host)
    for reference in 1...64 as ClosedRange<UInt32> {
      _ = node.exchange(host.packet("A", [OuchBytes.enter(reference)]))
    }
    let enter = OuchBytes.enter(65)
    let packets = node.packets(delivering: [host.packet("A", [enter])])
    let rejection = packets.first?.messages.first ?? []
    XCTAssertEqual(rejection.prefix(1), [UInt8(ascii: "J")])
    XCTAssertEqual(rejection.big(13), UInt16(0x000A))
  }
}
