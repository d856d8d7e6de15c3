import Streams
import TestSupport
import Timing

/// Timers that live on a clock which only goes forward: nothing is set to a time already past, so the order is that of
/// the deadlines.
private struct ClockedTimers<Rule: Discipline & ~Copyable>: Discipline, ~Copyable where Rule.Work == Int {
  var rule: Rule
  let clock: TimerClock
  /// The deadlines of what waits.
  private var waiting: [Int: UInt64] = [:]

  init(_ rule: consuming Rule, _ clock: TimerClock) {
    self.rule = rule
    self.clock = clock
  }

  /// What waits already stays as it is.
  mutating func offer(_ work: OfferedWork, _ set: (inout Rule, OfferedWork) -> Void) {
    guard waiting.updateValue(work.rank, forKey: work.number) == nil else { return }
    set(&rule, work)
  }

  /// Without a limit, the time is that of what is picked.
  mutating func select(_ limit: UInt64) -> Int? {
    let picked = rule.select(limit)
    if let picked { clock.now = max(clock.now, waiting.removeValue(forKey: picked) ?? 0) }
    if limit != .max { clock.now = max(clock.now, limit) }
    return picked
  }
}

private final class TimerClock { var now: UInt64 = 0 }

extension DisciplineCase {
  /// The earliest deadline first, equal ones in order of setting.
  static func timers<Rule: Discipline & ~Copyable>(
    _ name: String, _ rule: consuming Rule, keyCount: Int, set: @escaping (inout Rule, OfferedWork) -> Void
  ) -> DisciplineCase where Rule.Work == Int {
    let clock = TimerClock()
    let promise = DisciplinePromise(
      isWithin: { $0.rank <= $1 }, makeOrder: { LeastFirst(ties: .byArrival) })
    return DisciplineCase(name, ClockedTimers(rule, clock), promise, keyCount: keyCount) { timers, work in
      timers.offer(work, set)
      return true
    }.withRanks {
      clock.now + UInt64.random(in: 1...100, using: &$1)
    }.withLimits {
      clock.now + UInt64.random(in: 0...60, using: &$0)
    }
  }
}
