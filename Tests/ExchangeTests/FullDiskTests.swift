import Reactors
import Buffers
import Exchange
import Journaling
import Orders
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// A journal that fills up: new orders are rejected, every live order can be canceled, and all of it replays.
final class FullDiskTests: XCTestCase {
  private let host = OuchHost.peer(1)

  /// A machine with a journal of the least size: 128 sectors of records.
  private func makeMachine(sectorCount: UInt64 = JournalFormat.minimumSectorCount) throws -> SimulatedMachine
  {
    let machine = try SimulatedMachine(FakeDisk(sectorCount: sectorCount))
    machine.size.orders = 4096
    machine.size.messagesPerClient = 4096
    return machine
  }

  /// Enters orders, one packet each, until one is rejected; gives back the references of the live ones.
  private func fill(_ node: SimulatedMachine.Node, perPacket: Int = 1) -> [UInt32] {
    var live: [UInt32] = []
    while live.count < 4000 {
      let first = UInt32(live.count + 1)
      let enters = (0..<perPacket).map { OuchBytes.enter(first + UInt32($0)) }
      let messages = node.packets(delivering: [host.packet("A", enters)]).flatMap(\.messages)
      XCTAssertEqual(messages.count, perPacket)
      for message in messages {
        guard message[0] == UInt8(ascii: "A") else {
          XCTAssertEqual(message[0], UInt8(ascii: "J"))
          XCTAssertEqual(message.big(13), UInt16(0x000A))
          continue
        }
        live.append(message.big(9))
      }
      if messages.last?[0] != UInt8(ascii: "A") { return live }
    }
    XCTFail("the journal does not fill up")
    return live
  }

  func testEveryLiveOrderCanBeCanceledEachInARecordOfItsOwn() throws {
    let machine = try makeMachine()
    let node = try machine.boot()
    node.introduce(host)
    let live = fill(node)
    XCTAssertGreaterThan(live.count, 40)
    // Rejections use up what is kept for answers; then new orders are dropped.
    var next = UInt32(live.count + 2)
    var answered = 0
    for _ in 0..<100 {
      let messages = node.packets(delivering: [host.packet("A", [OuchBytes.enter(next)])]).flatMap(\.messages)
      XCTAssertTrue(messages.allSatisfy { $0[0] == UInt8(ascii: "J") })
      answered += messages.count
      next += 1
    }
    XCTAssertGreaterThan(node.orderNode.value.counters.droppedForRoom, 0)
    XCTAssertGreaterThanOrEqual(answered, 10)
    for reference in live {
      let messages = node.packets(delivering: [host.packet("A", [OuchBytes.cancel(reference)])])
        .flatMap(\.messages)
      XCTAssertEqual(messages.map { $0[0] }, [UInt8(ascii: "C")], "order \(reference)")
    }
    XCTAssertEqual(node.orderNode.value.venue.liveOrderCount, 0)
    try checkReplay(machine)
  }

  func testAReductionDoesNotUseUpACancelsRoom() throws {
    let machine = try makeMachine()
    let node = try machine.boot()
    node.introduce(host)
    let live = fill(node)
    var reduced = 0
    for quantity in (1..<100).reversed() as ReversedCollection<Range<UInt32>> {
      let cancel = OuchBytes.cancel(live[0], to: quantity)
      reduced += node.packets(delivering: [host.packet("A", [cancel])]).count
    }
    XCTAssertGreaterThan(reduced, 5)
    XCTAssertLessThan(reduced, 99, "reductions end before the room for cancels does")
    for reference in live {
      XCTAssertEqual(node.packets(delivering: [host.packet("A", [OuchBytes.cancel(reference)])]).count, 1)
    }
    try checkReplay(machine)
  }

  func testAReplaceIsRejectedAndItsOrderStaysAsItIs() throws {
    let machine = try makeMachine()
    let node = try machine.boot()
    node.introduce(host)
    let live = fill(node)
    let replace = OuchBytes.replace(live[0], with: 10_000, 50)
    let time = node.timestamp
    let messages = node.packets(delivering: [host.packet("A", [replace])]).flatMap(\.messages)
    XCTAssertEqual(messages, [OuchBytes.rejected(10_000, reason: 0x000A, id: replace[24..<38], at: time)])
    XCTAssertEqual(node.orderNode.value.venue.liveOrderCount, live.count)
    try checkReplay(machine)
  }

  /// Orders and cancels come faster than the disk takes them, in packets of many, up to the last sector.
  func testADiskThatFillsUpUnderLoad() throws {
    for sectorCount in [384, 450, 600] as [UInt64] {
      let machine = try makeMachine(sectorCount: sectorCount)
      machine.latency = 20_000_000...20_000_000
      machine.makeLink = { try FakeLink(receivePlaceCount: 512) }
      let node = try machine.boot()
      node.introduce(host)
      var reference: UInt32 = 1
      for _ in 0..<140 {
        node.link.deliver(host.packet("A", (0..<25).map { OuchBytes.enter(reference + $0) }))
        reference += 25
        node.run(for: .microseconds(50))
      }
      node.run(for: .seconds(2))
      XCTAssertEqual(node.link.waitingFrameCount, 0)
      let answers = node.link.takeSent().compactMap { OuchPacket($0) }.flatMap(\.messages)
      let live = answers.filter { $0[0] == UInt8(ascii: "A") }.map { $0.big(9, as: UInt32.self) }
      XCTAssertEqual(live.count, node.orderNode.value.venue.liveOrderCount, "\(sectorCount) sectors")
      for order in live {
        let messages = node.packets(
          after: .milliseconds(50), delivering: [host.packet("A", [OuchBytes.cancel(order)])]
        ).flatMap(\.messages)
        guard messages.map({ $0[0] }) == [UInt8(ascii: "C")] else {
          XCTFail("order \(order) of \(live.count) cannot be canceled, \(sectorCount) sectors")
          break
        }
      }
      try checkReplay(machine)
    }
  }

  /// Messages that leave nothing in the books fill the disk to where a group no longer holds all that is left of it.
  func testADiskThatFillsUpWithOrdersThatDoNotRest() throws {
    for sectorCount in [384, 520, 545, 570, 640] as [UInt64] {
      let machine = try makeMachine(sectorCount: sectorCount)
      machine.latency = 20_000_000...20_000_000
      machine.makeLink = { try FakeLink(receivePlaceCount: 512) }
      let node = try machine.boot()
      node.introduce(host)
      var reference: UInt32 = 1
      for _ in 0..<140 {
        node.link.deliver(
          host.packet("A", (0..<25).map { OuchBytes.enter(reference + $0, timeInForce: "3") }))
        reference += 25
        node.run(for: .microseconds(50))
      }
      node.run(for: .seconds(2))
      XCTAssertEqual(node.link.waitingFrameCount, 0)
      XCTAssertGreaterThan(node.orderNode.value.counters.droppedForRoom, 0, "the disk is full")
      XCTAssertEqual(
        node.journal.nextEntry + node.orderNode.value.counters.droppedForRoom, UInt64(reference),
        "each order is journaled or dropped")
      try checkReplay(machine)
    }
  }

  /// A boot from the same disk gives the same state and the same stream.
  private func checkReplay(_ machine: SimulatedMachine) throws {
    guard let node = machine.node else { return XCTFail("not running") }
    let digest = node.orderNode.value.venue.stateDigest
    let stream = node.stream(of: "A", to: host)
    machine.cutPower()
    let next = try machine.boot()
    XCTAssertEqual(next.orderNode.value.venue.stateDigest, digest)
    next.introduce(host)
    XCTAssertEqual(next.stream(of: "A", to: host), stream)
    machine.reset()
  }
}
