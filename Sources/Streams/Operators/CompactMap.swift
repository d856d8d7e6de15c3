public import Timing

/// Each message that a function makes something of.
public struct CompactMap<Source: Stream & ~Copyable, Message: ~Copyable>: Stream, ~Copyable {
  public typealias Failure = Source.Failure
  private var source: Source
  private let transform: (consuming Source.Message) -> Message?

  init(_ source: consuming Source, _ transform: @escaping (consuming Source.Message) -> Message?) {
    self.source = source
    self.transform = transform
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Source.Failure> {
    while true {
      switch source.poll(at: now) {
      case .ready(let message): if let output = transform(message) { return .ready(output) }
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
  /// What `transform` makes of the messages; those it makes nothing of are dropped.
  ///
  /// Takes what it drops and the one it hands on, so a poll lasts as long as the source goes on to be ready with what
  /// is dropped.
  public consuming func compactMap<Output: ~Copyable>(
    _ transform: @escaping (consuming Message) -> Output?
  ) -> CompactMap<Self, Output> {
    CompactMap(self, transform)
  }
}
