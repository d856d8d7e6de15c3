public import Timing

/// Why a stream or a future under a time limit failed.
@frozen public enum TimeoutFailure<SourceFailure: Error>: Error {
  /// No message came in time.
  case timedOut
  /// The source failed by itself.
  case source(SourceFailure)
}

extension TimeoutFailure: Equatable where SourceFailure: Equatable {}

/// Each message; a failure when none came for too long since the first poll or the message before.
///
/// A message counts from the poll that takes it, and the source is asked before the clock: a message that is there is
/// never too late, however late the poll. So a slow reader or a far jump of time gives no false alarm as long as the
/// source has something. The end and the source's failures are handed on as they come; they do not restart the clock.
/// After `timedOut` the clock restarts, and asking again waits as long again; a plain future is given up, see `Deadline`.
public struct Timeout<Source: Stream & ~Copyable>: Stream, ~Copyable {
  public typealias Message = Source.Message
  public typealias Failure = TimeoutFailure<Source.Failure>
  private var source: Source
  private let patience: Duration
  /// Unknown until the first poll.
  private var due: Instant?

  init(_ source: consuming Source, after patience: Duration) {
    self.source = source
    self.patience = patience
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Source.Message, TimeoutFailure<Source.Failure>> {
    let limit = due ?? now + patience
    due = limit
    switch source.poll(at: now) {
    case .ready(let message):
      due = now + patience
      return .ready(message)
    case .failed(let failure): return .failed(.source(failure))
    case .ended: return .ended
    case .pending: break
    }
    guard now >= limit else { return .pending }
    due = now + patience
    return .failed(.timedOut)
  }

  public var nextDeadline: Instant { min(due ?? .never, source.nextDeadline) }
  public var demand: Int { source.demand }
}

extension Stream where Self: ~Copyable {
  /// Each message, or a failure when none came for `patience`; takes only what it hands on. With a patience of zero,
  /// whatever is not there at once is too late.
  public consuming func timeout(after patience: Duration) -> Timeout<Self> {
    Timeout(self, after: patience)
  }
}
