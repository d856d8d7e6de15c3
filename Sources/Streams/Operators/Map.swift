public import Timing

/// Each message, changed by a function.
public struct Map<Source: Stream & ~Copyable, Message: ~Copyable>: Stream, ~Copyable {
  public typealias Failure = Source.Failure
  private var source: Source
  private let transform: (consuming Source.Message) -> Message

  init(_ source: consuming Source, _ transform: @escaping (consuming Source.Message) -> Message) {
    self.source = source
    self.transform = transform
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Source.Failure> {
    switch source.poll(at: now) {
    case .ready(let message): .ready(transform(message))
    case .failed(let failure): .failed(failure)
    case .ended: .ended
    case .pending: .pending
    }
  }

  public var nextDeadline: Instant { source.nextDeadline }
  public var demand: Int { source.demand }
}

extension Stream where Self: ~Copyable {
  /// Each message, changed by `transform`; takes only what it hands on.
  public consuming func map<Output: ~Copyable>(
    _ transform: @escaping (consuming Message) -> Output
  ) -> Map<Self, Output> {
    Map(self, transform)
  }
}
