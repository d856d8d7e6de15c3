import Buffers
import Scheduling
import Timing
import TestSupport

/// What happens when, and what must hold then.
extension BalanceSimulation {
  static let disturbedPeriods = 16
  static let quietPeriods = 24
  static let watchedPeriods = 24

  func advanceCourse() {
    switch course.phase {
    case .disturbed: disturb()
    case .settling: settle()
    case .watching: watch()
    case .draining: break
    }
  }

  /// A burst every eight periods, for two of them; in the middle other symbols become popular.
  private func disturb() {
    if scenario.hasBursts, course.phaseLength % 8 == 2 { traffic.startBurst() }
    if course.phaseLength % 8 == 4 { traffic.endBurst() }
    if course.phaseLength == Self.disturbedPeriods / 2 { traffic.drift() }
    if course.phaseLength == Self.disturbedPeriods { course.enter(.settling) }
  }

  /// Waits until nothing has moved for long.
  private func settle() {
    if course.quietLength >= Self.quietPeriods {
      checkPlacement()
      course.busyAtWatch = (0..<cores.count).map { cores[$0].work.busy.nanoseconds }
      course.answeredAtWatch = ledger.answeredCount
      course.enter(.watching)
    } else if course.phaseLength > 120 + 12 * scenario.coreCount {
      ledger.report(.restless)
    }
  }

  private func watch() {
    guard course.phaseLength >= Self.watchedPeriods else { return }
    checkBusyTimes()
    course.enter(.draining)
  }

  /// While the load is steady a bucket may move late, when chance has hidden an overload from the balancer for long:
  /// once, only few do, and only if the receiver is better off with it than the giver was, by the true popularity.
  func checkWatchedMove(_ move: BucketMove) {
    let loads = trueLoads
    let added = traffic.shares[move.bucket] * Double(costs[move.to])
    ledger.check(loads[move.to] + added < loads[move.from], .restless)
    ledger.check(!course.watchedBuckets.contains(move.bucket), .restless)
    ledger.check(course.watchedBuckets.count < 4, .restless)
  }

  /// By the symbols' true popularity.
  private func checkPlacement() {
    ledger.check(trueLoads.max()! <= FairLoad(shares: traffic.shares, costs: costs).limit, .unbalanced)
  }

  /// Nanoseconds of work that each core has for each message that comes in.
  private var trueLoads: [Double] {
    var loads = costs.map { _ in 0.0 }
    for (bucket, share) in traffic.shares.enumerated() {
      loads[map.owner(of: bucket)] += share * Double(costs[map.owner(of: bucket)])
    }
    return loads
  }

  /// By what the cores were busy for while watched: allowed besides are four standard deviations of the messages that
  /// come at random, and what waited when the watch began.
  private func checkBusyTimes() {
    let limit = FairLoad(shares: traffic.shares, costs: costs).limit
    let answered = Double(ledger.answeredCount - course.answeredAtWatch)
    for core in 0..<cores.count {
      let cost = Double(costs[core])
      let expected = limit * answered
      let deviation = cost * (expected / cost * Double(scenario.randomShare) / 256).squareRoot()
      let waiting = cost * Double(scenario.completionCapacity + 4)
      let busy = Double(cores[core].work.busy.nanoseconds - course.busyAtWatch[core])
      ledger.check(busy <= expected + 4 * deviation + waiting, .busy)
    }
  }
}
