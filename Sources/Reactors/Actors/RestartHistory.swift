import Buffers
import Timing

/// The times of the latest restarts, as many as the limit allows in a period: all that is needed to know whether one
/// more would be above it. Every operation is O(1).
struct RestartHistory: ~Copyable {
  private var times: Table<Instant>
  private let period: Duration
  /// Restarts remembered, at most `times.count`; and where the next one is written, over the oldest when all are taken.
  private var count = 0
  private var next = 0

  init(_ limit: RestartLimit, in arena: inout Arena) throws(ArenaError) {
    times = try Table(repeating: .zero, count: limit.count, in: &arena)
    period = limit.period
  }

  /// Notes a restart, unless it would be above the limit.
  mutating func admit(at now: Instant) -> Bool {
    if count == times.count {
      guard count > 0, now.since(times[next]) > period else { return false }
    } else {
      count &+= 1
    }
    times[next] = now
    next = next &+ 1 == times.count ? 0 : next &+ 1
    return true
  }

  mutating func forget() {
    count = 0
    next = 0
  }
}
