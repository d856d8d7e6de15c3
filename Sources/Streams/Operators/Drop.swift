public import Timing

/// What follows after the first messages.
public struct Drop<Source: Stream & ~Copyable>: Stream, ~Copyable {
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
    while remaining > 0 {
      switch source.poll(at: now) {
      case .ready: remaining &-= 1
      case .failed(let failure): return .failed(failure)
      case .ended: return .ended
      case .pending: return .pending
      }
    }
    return source.poll(at: now)
  }

  public var nextDeadline: Instant { source.nextDeadline }
  public var demand: Int { source.demand }
}

extension Stream where Self: ~Copyable {
  /// All but the first `count` messages, zero or more; takes what it drops, as soon as it is asked, and then only what
  /// it hands on. Failures do not count.
  public consuming func drop(_ count: Int) -> Drop<Self> { Drop(self, count) }
}
