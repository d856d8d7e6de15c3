@testable import Exchange
import Foundation
import Orders
import Reactors
import XCTest

/// What order cores do together is what one core does with the journal. `SPREAD_SEEDS=1000` for as many seeds, `SEED=7`
/// for one.
final class SpreadCampaignTests: XCTestCase {
  private var seeds: ClosedRange<UInt64> {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["SEED"].flatMap({ UInt64($0) }) { return seed...seed }
    return 1...(environment["SPREAD_SEEDS"].flatMap { UInt64($0) } ?? 48)
  }

  func testTheJournalDecides() throws {
    var moves = 0
    var held: UInt64 = 0
    var refused = 0
    var executions: UInt64 = 0
    var entries = 0
    for seed in seeds {
      let campaign = try SpreadCampaign(seed: seed)
      campaign.run()
      XCTAssertEqual(campaign.complaints.prefix(5), [], "SEED=\(seed)")
      moves += campaign.moveCount
      held += campaign.machine.node.value.counters.heldDatagrams
      refused += campaign.machine.journal.entries.count { $0.kind == .refused }
      executions += campaign.machine.node.value.venue.orderCounters.executions
      entries += campaign.machine.journal.entries.count
    }
    print("spread: \(seeds.count) seeds, \(entries) entries, \(refused) refused, \(executions) executions")
    print("spread: \(moves) moves, \(held) datagrams held")
    guard seeds.count > 10 else { return }
    XCTAssertGreaterThan(moves, seeds.count)
    XCTAssertGreaterThan(held, UInt64(seeds.count))
    XCTAssertGreaterThan(refused, 0)
    XCTAssertGreaterThan(executions, UInt64(10 * seeds.count))
  }

  /// A shard that hangs and is given up holds up nobody; what it had is not in the journal and was not answered.
  func testAGivenUpShardLeavesTheOthersRight() throws {
    var refused = 0
    var lost: UInt64 = 0
    for seed in seeds.prefix(max(1, seeds.count / 3)) {
      let campaign = try SpreadCampaign(seed: seed &+ 10_000, hangs: true)
      campaign.run()
      XCTAssertEqual(campaign.complaints.prefix(5), [], "SEED=\(seed)")
      refused += campaign.machine.journal.entries.count { $0.kind == .refused }
      lost += campaign.machine.node.value.venue.engine.unreachableCount
    }
    print("spread: \(refused) orders refused, \(lost) messages lost with a shard that hangs")
    guard seeds.count > 10 else { return }
    XCTAssertGreaterThan(refused, seeds.count / 3)
    XCTAssertGreaterThan(lost, UInt64(seeds.count))
  }

  /// The seeds of this many in which a mistake is noticed.
  private func findings(_ mistake: SpreadCampaign.Mistake, in count: UInt64) throws -> Int {
    try (1...count).filter { seed in
      let campaign = try SpreadCampaign(seed: seed, shardCount: 4, mistake: mistake)
      campaign.run()
      return !campaign.complaints.isEmpty
    }.count
  }

  /// The control: a merge that ignores the order of a client's messages must be found.
  func testAMergeWithoutTheClientsOrderIsFound() throws {
    XCTAssertGreaterThan(try findings(.ignoresClientOrder, in: 6), 2)
  }

  /// The control: a move that loses an order must be found.
  func testALostPartIsFound() throws { XCTAssertEqual(try findings(.losesPart, in: 2), 2) }

  /// The control: a directory that forgets an order must be found.
  func testAForgottenOrderIsFound() throws { XCTAssertEqual(try findings(.forgetsOrder, in: 2), 2) }

  /// The control: an input that is not journaled must be found.
  func testALostEntryIsFound() throws { XCTAssertEqual(try findings(.losesEntry, in: 2), 2) }
}
