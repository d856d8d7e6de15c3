import Reactors
import Exchange
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// At most 64 clients, remembered from their first accepted order.
final class ClientLimitTests: XCTestCase {
  private let host = OuchHost.peer(1)
  private var machine: SimulatedMachine!
  private var node: SimulatedMachine.Node!

  override func setUpWithError() throws {
    machine = try SimulatedMachine(FakeDisk(sectorCount: 8192))
    machine.size.messagesPerClient = 64
    node = try machine.boot()
    node.introduce(host)
  }

  override func tearDown() {
    machine?.reset()
    (machine, node) = (nil, nil)
  }

  private func kinds(_ name: String, _ messages: [UInt8]...) -> String {
    let packets = node.packets(delivering: [host.packet(name, messages)])
    return String(decoding: packets.flatMap(\.messages).map { $0[0] }, as: UTF8.self)
  }

  func testTheSixtyFifthRememberedClientIsDroppedAndCounted() {
    for client in 1...64 { XCTAssertEqual(kinds("C\(client)", OuchBytes.enter(1)), "A") }
    XCTAssertEqual(kinds("C65", OuchBytes.enter(1)), "")
    XCTAssertEqual(kinds("C66", OuchBytes.query), "")
    XCTAssertEqual(node.orderNode.value.counters.unknownClients, 2)
    XCTAssertEqual(node.orderNode.value.venue.clientCount, 64)
    XCTAssertEqual(kinds("C1", OuchBytes.enter(2), OuchBytes.cancel(1)), "AC", "the others go on")
  }

  func testAProvisionalClientGivesWayToANewOne() {
    for client in 1...64 { XCTAssertEqual(kinds("P\(client)", OuchBytes.query), "Q") }
    XCTAssertEqual(kinds("P3", OuchBytes.enter(1)), "A")
    XCTAssertEqual(kinds("NEW1", OuchBytes.enter(1)), "A")
    XCTAssertEqual(kinds("NEW2", OuchBytes.enter(1)), "A")
    XCTAssertEqual(node.stream(of: "P1", to: host), [], "the oldest gave way")
    XCTAssertEqual(node.stream(of: "P2", to: host), [])
    XCTAssertEqual(node.stream(of: "P3", to: host).count, 2, "remembered")
    XCTAssertEqual(node.stream(of: "P4", to: host).count, 1)
    XCTAssertEqual(node.orderNode.value.venue.rememberedClientCount, 3)
  }

  func testRejectedOrdersMakeNoRememberedClient() {
    for client in 1...70 { XCTAssertEqual(kinds("R\(client)", OuchBytes.enter(1, "B", 0)), "J") }
    XCTAssertEqual(node.orderNode.value.venue.rememberedClientCount, 0)
    XCTAssertEqual(kinds("GOOD", OuchBytes.enter(1)), "A")
  }

  func testARestartKnowsTheSameClients() throws {
    for client in 1...80 {
      _ = kinds("X\(client)", client % 3 == 0 ? OuchBytes.enter(1) : OuchBytes.query)
    }
    let names = (1...80).map { "X\($0)" }
    let streams = names.map { node.stream(of: $0, to: host) }
    let digest = node.orderNode.value.venue.stateDigest
    machine.cutPower()
    node = try machine.boot()
    node.introduce(host)
    XCTAssertEqual(node.orderNode.value.venue.stateDigest, digest)
    XCTAssertEqual(names.map { node.stream(of: $0, to: host) }, streams)
    XCTAssertEqual(node.orderNode.value.venue.clientCount, 64)
  }

  func testACancelOfAStrangerMakesNoClient() {
    XCTAssertEqual(kinds("S", OuchBytes.cancel(1), OuchBytes.replace(1, with: 2)), "")
    XCTAssertEqual(node.orderNode.value.venue.clientCount, 0)
  }
}
