public import Timing

/// The messages before the first that a predicate does not hold of.
public struct Prefix<Source: Stream & ~Copyable>: Stream, ~Copyable {
  public typealias Message = Source.Message
  public typealias Failure = Source.Failure
  private var source: Source
  private let isIncluded: (borrowing Source.Message) -> Bool
  private var hasEnded = false

  init(_ source: consuming Source, _ isIncluded: @escaping (borrowing Source.Message) -> Bool) {
    self.source = source
    self.isIncluded = isIncluded
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    guard !hasEnded else { return .ended }
    switch source.poll(at: now) {
    case .ready(let message):
      if isIncluded(message) { return .ready(message) }
      hasEnded = true
      return .ended
    case .failed(let failure): return .failed(failure)
    case .ended:
      hasEnded = true
      return .ended
    case .pending: return .pending
    }
  }

  public var nextDeadline: Instant { source.nextDeadline }
  public var demand: Int { source.demand }
}

extension Stream where Self: ~Copyable {
  /// The messages before the first that `isIncluded` does not hold of, and then the end; takes only what it hands on,
  /// and that first one, which it drops.
  public consuming func prefix(while isIncluded: @escaping (borrowing Message) -> Bool) -> Prefix<Self> {
    Prefix(self, isIncluded)
  }
}
