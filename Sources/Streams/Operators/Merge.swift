public import Timing

/// The messages of two streams as they come, in turn while both have some.
public struct Merge<First: Stream & ~Copyable, Second: Stream & ~Copyable>: Stream, ~Copyable
where First.Message == Second.Message, First.Failure == Second.Failure {
  public typealias Message = First.Message
  public typealias Failure = First.Failure
  private var first: Leg<First>
  private var second: Leg<Second>
  private var isSecondsTurn = false

  init(_ first: consuming First, _ second: consuming Second) {
    self.first = Leg(first)
    self.second = Leg(second)
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<First.Message, First.Failure> {
    if isSecondsTurn {
      if let answer = takeSecond(now) { return answer }
      if let answer = takeFirst(now) { return answer }
    } else {
      if let answer = takeFirst(now) { return answer }
      if let answer = takeSecond(now) { return answer }
    }
    return first.isOpen || second.isOpen ? .pending : .ended
  }

  @inline(__always)
  private mutating func takeFirst(_ now: Instant) -> Poll<First.Message, First.Failure>? {
    guard let answer = first.take(at: now) else { return nil }
    isSecondsTurn = true
    return answer
  }

  @inline(__always)
  private mutating func takeSecond(_ now: Instant) -> Poll<First.Message, First.Failure>? {
    guard let answer = second.take(at: now) else { return nil }
    isSecondsTurn = false
    return answer
  }

  public var nextDeadline: Instant { min(first.nextDeadline, second.nextDeadline) }
  public var demand: Int { first.source.demand + second.source.demand }
}

extension Stream where Self: ~Copyable {
  /// These messages and those of `other`: in turn while both are ready, so neither waits for more than one of the
  /// other's. Each keeps its order. Takes only what it hands on; ends when both have ended.
  ///
  /// Of three streams merged in two steps the last has every second turn.
  public consuming func merge<Other: Stream & ~Copyable>(_ other: consuming Other) -> Merge<Self, Other>
  where Other.Message == Message, Other.Failure == Failure {
    Merge(self, other)
  }
}
