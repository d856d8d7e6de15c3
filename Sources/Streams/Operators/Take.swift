public import Timing

/// The first messages, up to a number of them.
public struct Take<Source: Stream & ~Copyable>: Stream, ~Copyable {
  public typealias Message = Source.Message
  public typealias Failure = Source.Failure
  private var source: Source
  private var remaining: Int

  init(_ source: consuming Source, _ count: Int) {
    precondition(count >= 0, "no number of messages")
    self.source = source
    remaining = count
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    guard remaining > 0 else { return .ended }
    let answer = source.poll(at: now)
    switch answer {
    case .ready: remaining &-= 1
    case .ended: remaining = 0
    default: break
    }
    return answer
  }

  public var nextDeadline: Instant { source.nextDeadline }
  public var demand: Int { source.demand }
}

extension Stream where Self: ~Copyable {
  /// The first `count` messages, zero or more, and then the end; takes only what it hands on. Failures do not count.
  public consuming func take(_ count: Int) -> Take<Self> { Take(self, count) }
}
