public import Timing

/// The message of a future that a function makes of the message of another.
public struct Then<Source: Future & ~Copyable, Next: Future & ~Copyable>: Future, ~Copyable {
  public typealias Message = Next.Message
  public typealias Failure = Either<Source.Failure, Next.Failure>
  private var source: Source?
  private var next: Next?
  private let make: (consuming Source.Message) -> Next

  init(_ source: consuming Source, _ make: @escaping (consuming Source.Message) -> Next) {
    self.source = consume source
    self.make = make
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Next.Message, Either<Source.Failure, Next.Failure>> {
    if source != nil {
      switch source.poll(at: now) {
      case .ready(let message):
        source = nil
        next = make(message)
      case .failed(let failure):
        source = nil
        return .failed(.first(failure))
      case .ended: return .ended
      case .pending: return .pending
      }
    }
    return pollNext(at: now)
  }

  @inline(__always)
  private mutating func pollNext(at now: Instant) -> Poll<Next.Message, Either<Source.Failure, Next.Failure>>
  {
    switch next.poll(at: now) {
    case .ready(let message):
      next = nil
      return .ready(message)
    case .failed(let failure):
      next = nil
      return .failed(.second(failure))
    case .ended: return .ended
    case .pending: return .pending
    }
  }

  public var nextDeadline: Instant { min(source.nextDeadline, next.nextDeadline) }
}

extension Future where Self: ~Copyable {
  /// The message of the future that `make` makes of this message; without captures where there is no heap.
  ///
  ///     request.then { Answer(to: $0) }
  ///
  /// The next future is made and asked in the poll that takes the message, after this one was dropped. A failure of
  /// either is handed on, and the end of either is the end.
  public consuming func then<Next: Future & ~Copyable>(
    _ make: @escaping (consuming Message) -> Next
  ) -> Then<Self, Next> {
    Then(self, make)
  }
}
