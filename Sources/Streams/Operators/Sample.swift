public import Timing

/// At each tick the latest message since the tick before, if one came: a steady look at something that moves fast.
///
/// Ticks are at the first poll's time plus whole multiples of the interval, however late the polls are: no drift. A
/// message counts from the poll that takes it, and one taken at the very moment of a tick belongs to that tick. Each
/// poll takes all that is ready before it looks at the tick, so a reader that polls late gets the newest, once: ticks
/// it missed are skipped, and after a far jump there is one message at most. Ticks without a message wake nobody.
///
/// At the end and on a failure the message held comes first, without waiting for the tick, then the end or the failure;
/// after a failure the source decides whether asking again makes sense. A source that is ready without end must be
/// throttled first.
public struct Sample<Source: Stream & ~Copyable>: Stream, ~Copyable {
  public typealias Message = Source.Message
  public typealias Failure = Source.Failure
  private var latest: LatestMessage<Source>
  private let interval: Duration
  /// Unknown until the first poll. With a message held: the tick that it waits for.
  private var tick: Instant?

  init(_ source: consuming Source, every interval: Duration) {
    precondition(interval > .zero, "ticks are apart")
    latest = LatestMessage(source)
    self.interval = interval
  }

  /// Complexity: O(messages ready).
  public mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    var next = tick ?? now + interval
    if !latest.isHeld { next = firstTick(notBefore: now, from: next) }
    defer { tick = next }
    if latest.refresh(at: now) == .over { return latest.release() }
    guard latest.isHeld, now >= next else { return .pending }
    next = firstTick(notBefore: now + .nanoseconds(1), from: next)
    return latest.release()
  }

  /// The first of the ticks from `tick` on that is not before `instant`.
  private func firstTick(notBefore instant: Instant, from tick: Instant) -> Instant {
    let late = instant.since(tick).nanoseconds
    guard late > 0 else { return tick }
    let missed = (late - 1) / interval.nanoseconds
    // One interval apart from the others: the sum of all of them may lie beyond the clock's range, where it is `never`.
    return tick + .nanoseconds(missed * interval.nanoseconds) + interval
  }

  public var nextDeadline: Instant {
    guard latest.isHeld, let tick else { return latest.nextDeadline }
    return min(tick, latest.nextDeadline)
  }

  public var demand: Int { latest.demand }
}

extension Stream where Self: ~Copyable {
  /// The latest message at each multiple of `interval` since the first poll; holds at most that one.
  ///
  /// - Precondition: `interval` is longer than zero.
  public consuming func sample(every interval: Duration) -> Sample<Self> {
    Sample(self, every: interval)
  }
}
