public import Streams
public import Timing

/// The ticks of a timer as a stream: computed from the time alone, so a task that waits for `nextDeadline` needs no
/// other timer.
///
/// Tick k is due at start + k * interval, in whole nanoseconds however large k is: nothing adds up. A tick whose time
/// lies beyond the clock's range never comes: then the stream has ended, as it has behind the tick of a one-shot timer.
/// Every operation is O(1).
public struct Ticks: Streams.Stream, BitwiseCopyable, Sendable {
  public typealias Message = Tick
  public typealias Failure = Never

  /// When the next tick is due; `never` behind the last.
  public private(set) var due: Instant
  private var number: UInt64 = 0
  /// Zero: there is only one tick.
  private let interval: Duration
  private let policy: MissedTicks
  /// How much later than `due` whoever waits may be woken.
  private let slack: Duration

  /// A tick at `start` and whenever `interval` has passed after one.
  ///
  /// - Parameter slack: `nextDeadline` is up to this much later than the tick, at an instant that other timers choose
  ///   as well. A slack of an interval or more may miss ticks.
  public init(
    every interval: Duration, startingAt start: Instant, missed policy: MissedTicks = .skip,
    slack: Duration = .zero
  ) throws(TimerError) {
    guard interval != .zero else { throw .zeroInterval }
    self.init(due: start, interval: interval, policy: policy, slack: slack)
  }

  /// One tick.
  public init(once due: Instant, slack: Duration = .zero) {
    self.init(due: due, interval: .zero, policy: .burst, slack: slack)
  }

  private init(due: Instant, interval: Duration, policy: MissedTicks, slack: Duration) {
    self.due = due
    self.interval = interval
    self.policy = policy
    self.slack = slack
  }

  /// When to wake whoever waits for the next tick: not before it is due.
  public var nextDeadline: Instant { due.rounded(within: slack) }

  /// When to wake whoever was woken at `now` and takes no tick: for the first one that is due later.
  public func nextDeadline(after now: Instant) -> Instant {
    guard due <= now else { return nextDeadline }
    guard interval != .zero else { return .never }
    return (latestDue(at: now) + interval).rounded(within: slack)
  }

  public mutating func poll(at now: Instant) -> Poll<Tick, Never> {
    guard due != .never else { return .ended }
    guard due <= now else { return .pending }
    return .ready(take(at: now))
  }

  /// No further tick comes.
  public mutating func end() { due = .never }

  private mutating func take(at now: Instant) -> Tick {
    let missed = policy == .burst ? 0 : missedCount(at: now)
    var tick = Tick(due: due, number: number, missed: missed)
    due = due + interval
    if missed > 0, policy == .delay { due = now + interval }
    if missed > 0, policy == .skip {
      tick.due = latestDue(from: tick.due, missed)
      tick.number &+= missed
      due = tick.due + interval
    }
    number = tick.number &+ 1
    if interval == .zero { end() }
    return tick
  }

  /// Ticks after the next that have come as well.
  private func missedCount(at now: Instant) -> UInt64 {
    let late = now.since(due)
    // Most are in time, and a division costs more than asking.
    return late < interval ? 0 : late.nanoseconds / interval.nanoseconds
  }

  private func latestDue(at now: Instant) -> Instant { latestDue(from: due, missedCount(at: now)) }

  /// Not after the present, so without overflow.
  private func latestDue(from due: Instant, _ missed: UInt64) -> Instant {
    Instant(nanoseconds: due.nanoseconds &+ missed &* interval.nanoseconds)
  }
}
