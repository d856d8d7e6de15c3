internal import Timing

/// A source of which only the latest message matters, and that message: what `debounce` and `sample` have in common.
struct LatestMessage<Source: Stream & ~Copyable>: ~Copyable {
  /// What asking the source changed.
  enum Change {
    case nothing
    case newMessage
    /// The source ended or failed: what is held is handed on now, then the end or the failure.
    case over
  }

  private var source: Source
  private var message: Source.Message?
  private var failure: Source.Failure?

  init(_ source: consuming Source) { self.source = source }

  var isHeld: Bool { message != nil }
  var nextDeadline: Instant { source.nextDeadline }
  var demand: Int { source.demand + 1 }

  /// Takes all that is ready and keeps the last of it. Complexity: O(messages ready).
  mutating func refresh(at now: Instant) -> Change {
    guard failure == nil else { return .over }
    var change = Change.nothing
    while true {
      switch source.poll(at: now) {
      case .ready(let newer):
        message = consume newer
        change = .newMessage
      case .failed(let reason):
        failure = reason
        return .over
      case .ended: return .over
      case .pending: return change
      }
    }
  }

  /// The message held, without one the failure, without that the end.
  mutating func release() -> Poll<Source.Message, Source.Failure> {
    if let held = message.take() { return .ready(held) }
    if let reason = failure.take() { return .failed(reason) }
    return .ended
  }
}
