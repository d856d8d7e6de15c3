public import Timing

/// Each message, no faster than a token bucket allows.
///
/// The source is only asked when there is a token, and a token only goes with a message: nothing is dropped, nothing is
/// held, and pressure goes upstream. So the end or a failure behind the last message is also seen only when there is a
/// token; neither takes one. A reader that polls late finds the tokens that came meanwhile, `burst` at most: a far jump
/// lets no more through than a full bucket.
public struct Throttle<Source: Stream & ~Copyable>: Stream, ~Copyable {
  public typealias Message = Source.Message
  public typealias Failure = Source.Failure
  private var source: Source
  private var bucket: TokenBucket
  /// Whether the last poll lacked a token: then the source was not asked, and its deadline may have passed.
  private var waitsForToken = false

  init(_ source: consuming Source, _ rate: TokenRate) {
    self.source = source
    bucket = TokenBucket(rate)
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    waitsForToken = now < bucket.nextToken
    guard !waitsForToken else { return .pending }
    switch source.poll(at: now) {
    case .ready(let message):
      bucket.take(at: now)
      return .ready(message)
    case .failed(let failure): return .failed(failure)
    case .ended: return .ended
    case .pending: return .pending
    }
  }

  public var nextDeadline: Instant { waitsForToken ? bucket.nextToken : source.nextDeadline }
  public var demand: Int { source.demand }
}

extension Stream where Self: ~Copyable {
  /// Each message, at most `rate`; takes only what it hands on.
  public consuming func throttle(_ rate: TokenRate) -> Throttle<Self> {
    Throttle(self, rate)
  }
}
