public import Timing

/// The messages of two futures, when both are there.
public struct Both<First: Future & ~Copyable, Second: Future & ~Copyable>: Future, ~Copyable {
  public typealias Message = Pair<First.Message, Second.Message>
  public typealias Failure = Either<First.Failure, Second.Failure>
  private var first: Half<First>
  private var second: Half<Second>

  init(_ first: consuming First, _ second: consuming Second) {
    self.first = Half(first)
    self.second = Half(second)
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Failure> {
    switch first.advance(at: now) {
    case .failed(let failure):
      cancel()
      return .failed(.first(failure))
    case .ended: return end()
    case .ready, .pending: break
    }
    switch second.advance(at: now) {
    case .failed(let failure):
      cancel()
      return .failed(.second(failure))
    case .ended: return end()
    case .ready, .pending: return join()
    }
  }

  /// Hands both messages on when both are there.
  @inline(__always)
  private mutating func join() -> Poll<Message, Failure> {
    guard first.message != nil, second.message != nil else { return .pending }
    return .ready(Pair(first.message.take()!, second.message.take()!))
  }

  private mutating func end() -> Poll<Message, Failure> {
    cancel()
    return .ended
  }

  private mutating func cancel() {
    first.cancel()
    second.cancel()
  }

  public var nextDeadline: Instant { min(first.future.nextDeadline, second.future.nextDeadline) }
}

/// One of two futures that are awaited together, and then its message.
private struct Half<Source: Future & ~Copyable>: ~Copyable {
  private(set) var future: Source?
  var message: Source.Message?

  init(_ future: consuming Source) { self.future = consume future }

  /// Asks for the message unless it is there. The future is dropped when it has given it.
  @inline(__always)
  mutating func advance(at now: Instant) -> Poll<Void, Source.Failure> {
    guard message == nil else { return .ready(()) }
    switch future.poll(at: now) {
    case .ready(let arrived):
      message = consume arrived
      future = nil
      return .ready(())
    case .failed(let failure): return .failed(failure)
    case .ended: return .ended
    case .pending: return .pending
    }
  }

  mutating func cancel() {
    future = nil
    message = nil
  }
}

extension Future where Self: ~Copyable {
  /// This message and that of the other, when both are there.
  ///
  /// Both are asked until they have answered; the message that comes first is kept, and its future dropped. A failure of
  /// one is handed on at once, and drops the other and a message kept. When one ends without a message, so does this.
  public consuming func joined<Other: Future & ~Copyable>(with other: consuming Other) -> Both<Self, Other> {
    Both(self, other)
  }
}
