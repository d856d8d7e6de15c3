public import Timing

/// The message or the failure of that of two futures which has one first; the other is cancelled.
///
/// Made with `first(of:)`. Whoever wants to keep the loser asks `pollFirst`.
public struct FirstOf<First: Future & ~Copyable, Second: Future & ~Copyable>: Future, ~Copyable {
  public typealias Message = Either<First.Message, Second.Message>
  public typealias Failure = Either<First.Failure, Second.Failure>
  private var first: First?
  private var second: Second?
  private let start: Int

  init(_ first: consuming First, _ second: consuming Second, startingAt start: Int) {
    precondition(start == 0 || start == 1, "there are two futures")
    self.first = consume first
    self.second = consume second
    self.start = start
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Failure> {
    let answer = pollFirst(of: &first, &second, startingAt: start, at: now)
    switch answer {
    case .pending: break
    default: cancel()
    }
    return answer
  }

  private mutating func cancel() {
    first = nil
    second = nil
  }

  public var nextDeadline: Instant { min(first.nextDeadline, second.nextDeadline) }
}

extension Future where Self: ~Copyable {
  /// The message or the failure of this or the other, whichever comes first. The loser is dropped before the winner's
  /// message is handed on, and returns what it held; so does the winner.
  ///
  ///     answer.first(of: Sleep(for: .milliseconds(5)))
  ///
  /// One that ends is dropped and cannot win; ends when both have.
  ///
  /// - Parameter start: which is asked first, and wins when both are ready: 0 for this, 1 for the other.
  public consuming func first<Other: Future & ~Copyable>(
    of other: consuming Other, startingAt start: Int = 0
  ) -> FirstOf<Self, Other> {
    FirstOf(self, other, startingAt: start)
  }
}
