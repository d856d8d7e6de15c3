import Buffers
import Scheduling
import Timing
import TestSupport

/// What happens when, and what must hold then.
extension BalanceSimulation {
  static let disturbedPeriods = 16
  static let quietPeriods = 40
  static let watchedPeriods = 20

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

  /// Waits until nothing has moved for long and the load is balanced: chance can hide an overload for a while.
  private func settle() {
    if course.quietLength >= Self.quietPeriods, isBalanced() {
      course.busyAtWatch = (0..<cores.count).map { cores[$0].work.busy.nanoseconds }
      course.answeredAtWatch = ledger.answeredCount
      course.watchStart = course.periodEnd
      course.enter(.watching)
    } else if course.phaseLength > 400 + 12 * scenario.coreCount {
      ledger.report(course.quietLength >= Self.quietPeriods ? .unbalanced : .restless)
    }
  }

  private func watch() {
    guard course.phaseLength >= Self.watchedPeriods else { return }
    course.watchedMessageCount = ledger.answeredCount - course.answeredAtWatch
    course.watchedTime = course.periodEnd - course.watchStart
    checkBusyTimes()
    course.enter(.draining)
  }

  /// While the load is steady a bucket may move late, when chance has hidden an overload from the balancer: only few
  /// do, once, and the receiver is better off with it than the giver was, by the true popularity. Messages come at
  /// random in part, so up to four moves that do not help are taken for chance.
  func checkWatchedMove(_ move: BucketMove) {
    let loads = trueLoads
    let added = traffic.shares[move.bucket] * Double(costs[move.to])
    if loads[move.to] + added >= loads[move.from] || course.watchedBuckets.contains(move.bucket) {
      course.uselessMoveCount += 1
    }
    ledger.check(course.uselessMoveCount <= 4, .restless)
    ledger.check(course.watchedBuckets.count < 8 + cores.count / 4, .restless)
  }

  /// By the symbols' true popularity.
  ///
  /// A placement can be such that no bucket can move with a gain while two could change places; the balancer does not
  /// do that. Such runs are counted and not held to the limit.
  private func isBalanced() -> Bool {
    guard scenario.isHeldToLimit else { return true }
    let loads = trueLoads
    let busiest = loads.indices.max { loads[$0] < loads[$1] }!
    guard loads[busiest] > FairLoad(shares: traffic.shares, costs: costs).limit else { return true }
    course.needsExchange = !hasGain(loads, busiest)
    return course.needsExchange
  }

  /// Whether a single move would relieve the core by more than a fiftieth.
  private func hasGain(_ loads: [Double], _ core: Int) -> Bool {
    for (bucket, share) in traffic.shares.enumerated() where map.owner(of: bucket) == core {
      let taken = share * Double(costs[core])
      for other in loads.indices where other != core {
        let left = max(loads[core] - taken, loads[other] + share * Double(costs[other]) + taken / 4)
        if left < loads[core] * 0.98 { return true }
      }
    }
    return false
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
    let answered = Double(course.watchedMessageCount)
    for core in 0..<cores.count {
      let cost = Double(costs[core])
      let expected = limit * answered
      let deviation = cost * (expected / cost * Double(scenario.randomShare) / 256).squareRoot()
      let waiting = cost * Double(scenario.completionCapacity + 4)
      let busy = Double(cores[core].work.busy.nanoseconds - course.busyAtWatch[core])
      let isFree = course.needsExchange || !scenario.isHeldToLimit
      ledger.check(isFree || busy <= expected + 4 * deviation + waiting, .busy)
    }
  }
}
