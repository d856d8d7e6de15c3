public import Timing

/// The message of a future, or a failure when it did not come in time; then the future is cancelled.
///
/// The source is asked before the clock: a message that is there is never too late, however late the poll. Once there is
/// an answer the source is dropped, and nothing comes behind it: of a stream this is the head, see `Timeout` for all.
public struct Deadline<Source: Future & ~Copyable>: Future, ~Copyable {
  public typealias Message = Source.Message
  public typealias Failure = TimeoutFailure<Source.Failure>
  private var source: Source?
  private var limit: Sleep

  init(_ source: consuming Source, _ limit: Sleep) {
    self.source = consume source
    self.limit = limit
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Source.Message, TimeoutFailure<Source.Failure>> {
    switch source.poll(at: now) {
    case .ready(let message):
      source = nil
      return .ready(message)
    case .failed(let failure):
      source = nil
      return .failed(.source(failure))
    case .ended: return .ended
    case .pending: break
    }
    guard case .ready = limit.poll(at: now) else { return .pending }
    source = nil
    return .failed(.timedOut)
  }

  public var nextDeadline: Instant { source == nil ? .never : min(source.nextDeadline, limit.nextDeadline) }
}

extension Future where Self: ~Copyable {
  /// The message, or a failure when it is not there by `deadline`; when that has passed, whatever is not there at once
  /// is too late.
  public consuming func timeout(at deadline: Instant) -> Deadline<Self> {
    Deadline(self, Sleep(until: deadline))
  }

  /// The message, or a failure when it is not there `patience` after the first poll. With a patience of zero, what is
  /// not there at once is too late.
  public consuming func timeout(after patience: Duration) -> Deadline<Self> {
    Deadline(self, Sleep(for: patience))
  }
}
