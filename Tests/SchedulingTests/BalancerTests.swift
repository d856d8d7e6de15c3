import Buffers
import Scheduling
import TestSupport
import Timing
import XCTest

final class BalancerTests: XCTestCase {
  func testBucketsAreDealtInTurnAndAssigned() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var map = try BucketMap(coreCount: 3, in: &memory.arena)
    XCTAssertEqual(map.bucketCount, 256)
    XCTAssertEqual((0..<5).map { map.owner(of: $0) }, [0, 1, 2, 0, 1])
    map.assign(255, to: 2)
    XCTAssertEqual(map.owner(of: 255), 2)
  }

  func testAnOverloadMustLast() throws {
    // Buckets 0, 2, 4, 6 are core 0's.
    var cores = try BalancedCores(rates: [30, 5, 20, 5, 10, 5, 10, 5], costs: [100, 100])
    XCTAssertEqual(cores.run(periods: 2), [nil, nil])
    cores.rates = [12, 12, 12, 12, 12, 12, 12, 12]
    XCTAssertEqual(cores.run(periods: 1), [nil])
    cores.rates = [30, 5, 20, 5, 10, 5, 10, 5]
    XCTAssertEqual(cores.run(periods: 3), [nil, nil, BucketMove(bucket: 0, from: 0, to: 1)])
    XCTAssertEqual(cores.loads, [4000, 5000])
  }

  func testOneMoveAtATimeAndAPauseAfterIt() throws {
    var cores = try BalancedCores(rates: [20, 0, 20, 0, 20, 0, 20, 0], costs: [100, 100])
    cores.arrives = false
    XCTAssertEqual(cores.run(periods: 8).compactMap { $0 }.count, 1)
    XCTAssertEqual(cores.balancer.moving, cores.moves[0])
    cores.arrives = true
    cores.balancer.finished(cores.moves[0], pause: .microseconds(7))
    XCTAssertNil(cores.balancer.moving)
    // The overload has lasted, so only the pause is waited for.
    XCTAssertEqual(cores.run(periods: 2).map { $0 == nil }, [true, false])
    XCTAssertEqual(cores.balancer.counters.moveCount, 2)
    XCTAssertEqual(cores.balancer.counters.longestPause, .microseconds(7))
    XCTAssertEqual(cores.balancer.counters.totalPause, .microseconds(9))
    XCTAssertEqual(cores.loads, [4000, 4000])
    XCTAssertEqual(cores.run(periods: 100).compactMap { $0 }, [])
  }

  func testWhatIsNearlyIdleIsLeftAlone() throws {
    // 8 % of a period, all of it on one core.
    var cores = try BalancedCores(rates: [4, 0, 4, 0], costs: [100, 100])
    XCTAssertEqual(cores.run(periods: 50).compactMap { $0 }, [])
    var idle = try BalancedCores(rates: [0, 0], costs: [100, 100])
    XCTAssertEqual(idle.run(periods: 50).compactMap { $0 }, [])
  }

  func testABucketHotterThanAllElseStaysAndTheOthersLeaveItsCore() throws {
    var cores = try BalancedCores(rates: [80, 8, 9, 8, 9, 8, 9, 8], costs: [100, 100])
    cores.run(periods: 100)
    XCTAssertEqual(cores.owners, [0, 1, 1, 1, 1, 1, 1, 1])
    XCTAssertEqual(cores.moves.map(\.bucket), [2, 4, 6])
  }

  func testAHotBucketLeavesASlowCore() throws {
    var cores = try BalancedCores(rates: [50, 10], costs: [200, 100])
    cores.run(periods: 100)
    XCTAssertEqual(cores.owners, [1, 0])
  }

  func testASlowCoreIsGivenLess() throws {
    var cores = try BalancedCores(rates: Array(repeating: 3, count: 64), costs: [300, 100, 100, 100])
    cores.run(periods: 400)
    let mean = cores.loads.reduce(0, +) / 4
    XCTAssertLessThanOrEqual(cores.loads.max()!, mean * 115 / 100, "\(cores.loads)")
    let share = cores.owners.count { $0 == 0 }
    XCTAssertTrue((5...7).contains(share), "64 buckets at 1 : 3 : 3 : 3 are 6.4, not \(share)")
  }

  func testACoreThatCannotTakeIsPassedOver() throws {
    var cores = try BalancedCores(rates: (0..<16).map { $0 % 3 == 0 ? 20 : 1 }, costs: [100, 100, 100])
    cores.canTake = { _, core in core != 1 }
    cores.run(periods: 40)
    XCTAssertEqual(Set(cores.moves.map(\.to)), [0, 2])
    XCTAssertLessThanOrEqual(cores.loads[2], 6500)
    XCTAssertLessThanOrEqual(cores.loads[0], 6500)
  }

  func testACoreWhoseBucketsHaveAllLeftIsStillKnownToBeSlow() throws {
    // One bucket would fill the slow core for longer than all others fill the fast one.
    var cores = try BalancedCores(rates: [10, 10, 10, 10], costs: [2000, 100])
    cores.run(periods: 300)
    XCTAssertEqual(cores.owners, [1, 1, 1, 1])
    XCTAssertEqual(cores.moves.count, 2)
  }

  func testMovesStopAndNoFurtherOneWouldHelpMuch() throws {
    var random = SeededRandom()
    for _ in 0..<8 {
      let coreCount = Int.random(in: 2...64, using: &random)
      let rates = (0..<256).map { _ in 400 / Int.random(in: 10...400, using: &random) }
      let costs = (0..<coreCount).map { _ in UInt64.random(in: 200...400, using: &random) }
      var cores = try BalancedCores(rates: rates, costs: costs)
      cores.run(periods: 300)
      let moveCount = cores.moves.count
      cores.run(periods: 50)
      let message = "SEED=\(random.seed), \(coreCount) cores"
      XCTAssertEqual(cores.moves.count, moveCount, message)
      let loads = cores.loads
      let busiest = loads.indices.max { loads[$0] < loads[$1] }!
      let buckets = cores.owners.indices.filter { cores.owners[$0] == busiest }.map {
        UInt64(rates[$0]) * costs[busiest]
      }
      let least = max(loads.reduce(0, +) / UInt64(coreCount), buckets.max()!)
      XCTAssertLessThanOrEqual(
        loads[busiest], least * BalancerSettings().overloadPercent / 100 + buckets.min()!, message)
    }
  }

  /// The ratio decides: with one that nothing exceeds, nothing ever moves.
  func testControlWithoutAnOverloadNothingMoves() throws {
    let settings = BalancerSettings(period: .microseconds(10), overloadPercent: 1000, lastingPeriods: 1)
    var cores = try BalancedCores(rates: [30, 5, 20, 5, 10, 5, 10, 5], costs: [100, 100], settings)
    XCTAssertEqual(cores.run(periods: 100).compactMap { $0 }, [])
  }
}
