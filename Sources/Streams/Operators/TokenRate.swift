public import Timing

/// How much a token bucket lets through: a token every `interval`, and at most `burst` of them saved up.
public struct TokenRate: Sendable, BitwiseCopyable {
  public let interval: Duration
  public let burst: Int

  /// - Precondition: `interval` is longer than zero, `burst` at least 1, and filling the bucket takes at most 2^62
  ///   nanoseconds (146 years).
  public init(every interval: Duration, burst: Int = 1) {
    precondition(interval > .zero && burst >= 1, "tokens are apart, and a bucket holds one")
    let (fillTime, overflow) = interval.nanoseconds.multipliedReportingOverflow(by: UInt64(burst))
    precondition(!overflow && fillTime <= 1 << 62, "the bucket fills within the clock's range")
    self.interval = interval
    self.burst = burst
  }
}

/// A bucket of tokens, full at first. In any time of length T at most `burst` plus T over `interval` tokens are taken.
///
/// Kept as one instant, when the bucket will be full, so that nothing is rounded, nothing adds up while it is idle, and
/// tokens come at whole intervals, however late they are asked for, as long as the bucket is not full.
public struct TokenBucket: BitwiseCopyable {
  private let rate: TokenRate
  private let refillTime: Duration
  private var fullAt = Instant.zero

  public init(_ rate: TokenRate) {
    self.rate = rate
    refillTime = .nanoseconds(rate.interval.nanoseconds * UInt64(rate.burst - 1))
  }

  /// When there is a token, if nobody takes one before. Complexity: O(1).
  public var nextToken: Instant { .zero + fullAt.since(.zero + refillTime) }

  /// Takes a token if there is one at `now`. Complexity: O(1).
  @inline(__always)
  public mutating func takeIfThere(at now: Instant) -> Bool {
    // Neither sum reaches the end of the range: a bucket fills within 2^62 nanoseconds, and a clock reads less than 2^63.
    guard fullAt.nanoseconds <= now.nanoseconds &+ refillTime.nanoseconds else { return false }
    fullAt = Instant(nanoseconds: max(fullAt.nanoseconds, now.nanoseconds) &+ rate.interval.nanoseconds)
    return true
  }

  /// Takes a token that is there, not before `nextToken`. Complexity: O(1).
  public mutating func take(at now: Instant) {
    precondition(now >= nextToken, "no token is taken ahead of its time")
    fullAt = max(fullAt, now) + rate.interval
  }
}
