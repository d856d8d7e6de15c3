public import Timing

/// The messages that a predicate holds of.
public struct Filter<Source: Stream & ~Copyable>: Stream, ~Copyable {
  public typealias Message = Source.Message
  public typealias Failure = Source.Failure
  private var source: Source
  private let isIncluded: (borrowing Source.Message) -> Bool

  init(_ source: consuming Source, _ isIncluded: @escaping (borrowing Source.Message) -> Bool) {
    self.source = source
    self.isIncluded = isIncluded
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    while true {
      switch source.poll(at: now) {
      case .ready(let message): if isIncluded(message) { return .ready(message) }
      case .failed(let failure): return .failed(failure)
      case .ended: return .ended
      case .pending: return .pending
      }
    }
  }

  public var nextDeadline: Instant { source.nextDeadline }
  public var demand: Int { source.demand }
}

extension Stream where Self: ~Copyable {
  /// The messages that `isIncluded` holds of; the others are dropped.
  ///
  /// Takes what it drops and the one it hands on, so a poll lasts as long as the source goes on to be ready with what
  /// is dropped.
  public consuming func filter(_ isIncluded: @escaping (borrowing Message) -> Bool) -> Filter<Self> {
    Filter(self, isIncluded)
  }
}
