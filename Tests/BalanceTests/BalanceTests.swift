import BalanceSupport
import Foundation
import XCTest

/// The balancer and the hand-over of buckets in virtual time; `BALANCE_SEEDS` says how many runs, from `SEED` on. Many
/// are for `make campaign`, whose build is twenty times as fast.
final class BalanceTests: XCTestCase {
  private var environment: [String: String] { ProcessInfo.processInfo.environment }

  func testEveryRunKeepsItsPromises() throws {
    let first = environment["SEED"].flatMap { UInt64($0) } ?? 1
    let count = environment["BALANCE_SEEDS"].flatMap { UInt64($0) } ?? 40
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
    try assertNoticed([.bucketMergeOrder], from: 41) { $0.mergesGiverFirst = false }
  }

  func testControlAwaitOvertakesWhatTheReceiverHasToDo() throws {
    try assertNoticed([.stuck, .version], from: 7) { $0.movesInOrder = false }
  }

  func testControlACoreDoesNotLookAgain() throws {
    try assertNoticed([.stuck, .version]) { $0.looksAgain = false }
  }

  func testControlCompletionsHaveNoRoomKept() throws {
    try assertNoticed([.noRoom], from: 7) { $0.keepsRoom = false }
  }

  /// Some run breaks a promise, and it is one that the broken rule is there for.
  private func assertNoticed(
    _ expected: Set<BalanceViolation>, from first: UInt64 = 1, _ breakRule: (inout BalanceRules) -> Void,
    line: UInt = #line
  ) throws {
    var rules = BalanceRules.right
    breakRule(&rules)
    for seed in first..<first + 60 {
      guard let violation = try BalanceSimulation(BalanceScenario(seed: seed), rules).run().violation,
        expected.contains(violation)
      else { continue }
      return
    }
    XCTFail("no run noticed", line: line)
  }
}
