import Exchange
import Networking
import Orders
import Reactors
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// With one datagram at a time, a node with order cores says byte for byte what a node with one core says.
final class SpreadSingleTests: XCTestCase {
  func testOneDatagramAtATimeIsAnsweredAsOnOneCore() throws {
    for shardCount in [1, 2, 5] {
      for seed in UInt64(1)...4 { try compare(shardCount, seed: seed) }
    }
  }

  private func compare(_ shardCount: Int, seed: UInt64) throws {
    let time = VirtualTime()
    var size = SpreadSize()
    size.shardCount = shardCount
    let spread = try SpreadMachine(size, time: time)
    var nodeSize = NodeSize(orders: 1_024)
    nodeSize.messagesPerClient = size.messagesPerClient
    let local = try SimulatedNode<NoJournal>(time: time, size: nodeSize)
    spread.introduce(SpreadFlow.hosts)
    for host in SpreadFlow.hosts { _ = local.exchange(host.arpRequest) }
    var flow = SpreadFlow(seed: seed)
    flow.symbolCount = 9
    flow.strangers = 25
    var answerCount = 0
    for number in 0..<300 {
      let packet = flow.next()
      let expected = messages(of: local.exchange(packet.frame))
      let answers = messages(of: spread.exchange(packet.frame))
      XCTAssertEqual(answers, expected, "datagram \(number) on \(shardCount) shards, SEED=\(seed)")
      if answers != expected { return }
      answerCount += answers.values.reduce(0) { $0 + $1.count }
    }
    XCTAssertGreaterThan(answerCount, 100)
    XCTAssertEqual(
      spread.node.value.venue.orderCounters, local.orderNode.value.venue.orderCounters, "SEED=\(seed)")
    XCTAssertEqual(spread.node.value.venue.liveOrderCount, local.orderNode.value.venue.liveOrderCount)
    XCTAssertEqual(spread.node.value.counters.unknownClients, local.orderNode.value.counters.unknownClients)
    XCTAssertEqual(spread.node.value.counters.enters, local.orderNode.value.counters.enters)
  }

  /// What each client was told; on several cores it may come in more datagrams.
  private func messages(of frames: [[UInt8]]) -> [String: [[UInt8]]] {
    var messages: [String: [[UInt8]]] = [:]
    for packet in frames.compactMap({ OuchPacket($0) }) {
      messages[packet.name, default: []] += packet.messages
    }
    return messages
  }
}
