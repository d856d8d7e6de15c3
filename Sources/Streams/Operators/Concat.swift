public import Timing

/// One stream, and behind its end another.
public struct Concat<First: Stream & ~Copyable, Second: Stream & ~Copyable>: Stream, ~Copyable
where First.Message == Second.Message, First.Failure == Second.Failure {
  public typealias Message = First.Message
  public typealias Failure = First.Failure
  private var first: First
  private var second: Second
  private var isFirstOpen = true

  init(_ first: consuming First, _ second: consuming Second) {
    self.first = first
    self.second = second
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<First.Message, First.Failure> {
    if isFirstOpen {
      switch first.poll(at: now) {
      case .ready(let message): return .ready(message)
      case .failed(let failure): return .failed(failure)
      case .pending: return .pending
      case .ended: isFirstOpen = false
      }
    }
    return second.poll(at: now)
  }

  public var nextDeadline: Instant { isFirstOpen ? first.nextDeadline : second.nextDeadline }
  public var demand: Int { first.demand + second.demand }
}

extension Stream where Self: ~Copyable {
  /// These messages, and when they have ended those of `next`, which is left alone until then; takes only what it
  /// hands on.
  public consuming func concat<Next: Stream & ~Copyable>(_ next: consuming Next) -> Concat<Self, Next>
  where Next.Message == Message, Next.Failure == Failure {
    Concat(self, next)
  }
}
