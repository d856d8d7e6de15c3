import Foundation
import XCTest

/// `CRASH_SEEDS=10000 swift test -c release --filter CrashCampaign` runs long.
final class CrashCampaignTests: XCTestCase {
  private let seedCount = ProcessInfo.processInfo.environment["CRASH_SEEDS"].flatMap { UInt64($0) } ?? 8

  /// The power is cut at every request of every seed's first life.
  private func campaign(_ mistake: CrashCampaign.Mistake, seeds: UInt64) throws -> CrashCampaign.Outcome {
    var campaign = CrashCampaign(mistake)
    for seed in 1...seeds {
      var cut = 1
      while try campaign.run(seed: seed, firstCut: cut) { cut += 1 }
    }
    return campaign.outcome
  }

  func testNothingAcknowledgedIsLostAndNothingElseComesBack() throws {
    let outcome = try campaign(.none, seeds: seedCount)
    XCTAssertEqual(outcome.losses, 0, outcome.firstFailure ?? "")
    XCTAssertEqual(outcome.wrongRecoveries, 0, outcome.firstFailure ?? "")
    XCTAssertGreaterThan(outcome.crashes, 150 * Int(seedCount))
    XCTAssertGreaterThan(outcome.tornTails, 10)
    XCTAssertGreaterThan(outcome.extensions, 10)
    print("crash campaign: \(outcome)")
  }

  func testControlAcknowledgingBeforeTheFlushLoses() throws {
    let outcome = try campaign(.acknowledgesBeforeFlush, seeds: 1)
    XCTAssertGreaterThan(outcome.losses, 0)
    XCTAssertEqual(outcome.wrongRecoveries, 0)
  }

  func testControlADiskThatDoesNotFlushLoses() throws {
    XCTAssertGreaterThan(try campaign(.diskIgnoresFlushes, seeds: 1).losses, 0)
  }

  func testControlIgnoringBodyChecksumsRecoversWrongly() throws {
    XCTAssertGreaterThan(try campaign(.ignoresBodyChecksums, seeds: 2).wrongRecoveries, 0)
  }
}
