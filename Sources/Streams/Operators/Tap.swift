public import Timing

/// The same messages, each shown to a function first.
public struct Tap<Source: Stream & ~Copyable>: Stream, ~Copyable {
  public typealias Message = Source.Message
  public typealias Failure = Source.Failure
  private var source: Source
  private let look: (borrowing Source.Message) -> Void

  init(_ source: consuming Source, _ look: @escaping (borrowing Source.Message) -> Void) {
    self.source = source
    self.look = look
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    switch source.poll(at: now) {
    case .ready(let message):
      look(message)
      return .ready(message)
    case .failed(let failure): return .failed(failure)
    case .ended: return .ended
    case .pending: return .pending
    }
  }

  public var nextDeadline: Instant { source.nextDeadline }
  public var demand: Int { source.demand }
}

extension Stream where Self: ~Copyable {
  /// The same messages, each shown to `look` before it is handed on; takes only what it hands on.
  public consuming func tap(_ look: @escaping (borrowing Message) -> Void) -> Tap<Self> { Tap(self, look) }
}
