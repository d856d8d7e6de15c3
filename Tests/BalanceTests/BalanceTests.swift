import BalanceSupport
import Foundation
import XCTest

/// The balancer and the hand-over of buckets in virtual time; `BALANCE_SEEDS` says how many runs, from `SEED` on.
final class BalanceTests: XCTestCase {
  private var environment: [String: String] { ProcessInfo.processInfo.environment }

  func testEveryRunKeepsItsPromises() throws {
    let first = environment["SEED"].flatMap { UInt64($0) } ?? 1
    let count = environment["BALANCE_SEEDS"].flatMap { UInt64($0) } ?? 200
    var moveCount = 0
    for seed in first..<first + count {
      let outcome = try BalanceSimulation(BalanceScenario(seed: seed)).run()
      if let violation = outcome.violation { XCTFail("\(violation.rawValue): SEED=\(seed)") }
      moveCount += outcome.moveCount
    }
    XCTAssertGreaterThan(moveCount, Int(count), "hardly anything moved, so hardly anything was checked")
  }

  func testControlNothingMoves() throws {
    try assertNoticed([.unbalanced]) { $0.policy = .never }
  }

  func testControlABucketGoesToAndFro() throws {
    try assertNoticed([.restless]) { $0.policy = .pingPong }
  }

  func testControlAHandOverLosesAMessage() throws {
    try assertNoticed([.stuck, .lost]) { $0.handOver = .dropsAMessage }
  }

  func testControlTheReceiverStartsBeforeTheStateHasArrived() throws {
    try assertNoticed([.version]) { $0.handOver = .startsEarly }
  }

  func testControlTheReceiverIsMergedBeforeTheGiver() throws {
    try assertNoticed([.bucketMergeOrder]) { $0.mergesGiverFirst = false }
  }

  func testControlAwaitOvertakesWhatTheReceiverHasToDo() throws {
    try assertNoticed([.stuck, .version]) { $0.movesInOrder = false }
  }

  func testControlACoreDoesNotLookAgain() throws {
    try assertNoticed([.stuck, .version]) { $0.looksAgain = false }
  }

  func testControlCompletionsHaveNoRoomKept() throws {
    try assertNoticed([.noRoom]) { $0.keepsRoom = false }
  }

  private func assertNoticed(
    _ expected: Set<BalanceViolation>, _ breakRule: (inout BalanceRules) -> Void, line: UInt = #line
  ) throws {
    var rules = BalanceRules.right
    breakRule(&rules)
    var found: Set<BalanceViolation> = []
    for seed in 1...60 as ClosedRange<UInt64> {
      guard let violation = try BalanceSimulation(BalanceScenario(seed: seed), rules).run().violation else { continue }
      found.insert(violation)
    }
    XCTAssertFalse(found.isDisjoint(with: expected), "found \(found)", line: line)
  }
}
