public import Timing

/// What a function makes of the first messages of two streams, of their second, and so on.
public struct Zip<First: Stream & ~Copyable, Second: Stream & ~Copyable, Message: ~Copyable>: Stream,
  ~Copyable
where First.Failure == Second.Failure {
  public typealias Failure = First.Failure
  private var first: First
  private var second: Second
  private var waiting: First.Message?
  private var hasEnded = false
  private let combine: (consuming First.Message, consuming Second.Message) -> Message

  init(
    _ first: consuming First, _ second: consuming Second,
    _ combine: @escaping (consuming First.Message, consuming Second.Message) -> Message
  ) {
    self.first = first
    self.second = second
    self.combine = combine
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, First.Failure> {
    guard !hasEnded else { return .ended }
    guard let message = waiting.take() else {
      switch first.poll(at: now) {
      case .ready(let message): return pair(message, now)
      case .failed(let failure): return .failed(failure)
      case .pending: return .pending
      case .ended: return end()
      }
    }
    return pair(message, now)
  }

  /// Joins a message of the first stream with one of the second; keeps it when there is none yet.
  @inline(__always)
  private mutating func pair(
    _ message: consuming First.Message, _ now: Instant
  ) -> Poll<Message, First.Failure> {
    switch second.poll(at: now) {
    case .ready(let other): return .ready(combine(message, other))
    case .ended: return end()
    case .pending:
      waiting = consume message
      return .pending
    case .failed(let failure):
      waiting = consume message
      return .failed(failure)
    }
  }

  private mutating func end() -> Poll<Message, First.Failure> {
    hasEnded = true
    return .ended
  }

  public var nextDeadline: Instant { waiting == nil ? first.nextDeadline : second.nextDeadline }
  public var demand: Int { first.demand + second.demand + 1 }
}

extension Stream where Self: ~Copyable {
  /// What `combine` makes of each message and its partner from `other`.
  ///
  /// Takes one message and keeps it until its partner is there, and takes nothing of `other` before: a demand of one.
  /// Ends with the stream that ends first; a message whose partner never comes is dropped then.
  public consuming func zip<Other: Stream & ~Copyable, Output: ~Copyable>(
    _ other: consuming Other,
    _ combine: @escaping (consuming Message, consuming Other.Message) -> Output
  ) -> Zip<Self, Other, Output> where Other.Failure == Failure {
    Zip(self, other, combine)
  }
}
