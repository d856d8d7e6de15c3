public import Timing

/// The messages that differ from the one before.
public struct Distinct<Source: Stream & ~Copyable>: Stream, ~Copyable
where Source.Message: Equatable & Copyable {
  public typealias Message = Source.Message
  public typealias Failure = Source.Failure
  private var source: Source
  private var latest: Source.Message?

  init(_ source: consuming Source) { self.source = source }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    while true {
      switch source.poll(at: now) {
      case .ready(let message):
        if let latest, latest == message { continue }
        latest = message
        return .ready(message)
      case .failed(let failure): return .failed(failure)
      case .ended: return .ended
      case .pending: return .pending
      }
    }
  }

  public var nextDeadline: Instant { source.nextDeadline }
  public var demand: Int { source.demand }
}

extension Stream where Self: ~Copyable, Message: Equatable & Copyable {
  /// The messages without those that equal the one before, also across a failure.
  ///
  /// Takes what it drops and the one it hands on, of which it keeps a copy.
  public consuming func distinct() -> Distinct<Self> { Distinct(self) }
}
