import Exchange
import Orders
import Reactors
import TestSupport
import XCTest

/// The same on real threads, each core asleep when it has nothing to do.
final class SpreadThreadTests: XCTestCase {
  func testTheJournalDecidesOnThreads() throws {
    var random = SeededRandom()
    for round in 0..<3 {
      var size = SpreadSize()
      size.orders = round == 0 ? 64 : 1_024
      size.messagesPerClient = 8_192
      size.settings.groupCount = 16
      size.settings.isBalanced = false
      let machine = try SpreadThreads(size)
      var flow = SpreadFlow(seed: random.next())
      flow.symbolCount = 24
      flow.strangers = 1
      machine.run(packetCount: 2_500, flow: &flow, random: &random)
      XCTAssertTrue(machine.isAtRest, "SEED=\(random.seed)")
      let check = SpreadCheck(machine, sent: machine.sent, told: machine.told)
      check.run()
      XCTAssertEqual(check.complaints.prefix(5), [], "SEED=\(random.seed)")
      XCTAssertGreaterThan(machine.moveCount, 3)
      print("spread threads: \(machine.journal.entries.count) entries, \(machine.moveCount) moves")
    }
  }
}
