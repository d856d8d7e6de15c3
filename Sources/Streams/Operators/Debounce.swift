public import Timing

/// The latest message, once none has come for the quiet time: the last of each flurry.
///
/// A message counts from the poll that takes it. Each poll takes all that is ready, so a reader that polls rarely gets
/// the last of what gathered meanwhile, the quiet time after that poll. What has been quiet long enough is handed on
/// before the source is asked again: a message that comes at that very moment, or before a late poll, does not replace
/// it and waits for its own quiet time. While messages keep coming faster than that, nothing is handed on.
///
/// At the end and on a failure the message held comes first, at once, then the end or the failure; after a failure the
/// source decides whether asking again makes sense. A source that is ready without end must be throttled first.
public struct Debounce<Source: Stream & ~Copyable>: Stream, ~Copyable {
  public typealias Message = Source.Message
  public typealias Failure = Source.Failure
  private var latest: LatestMessage<Source>
  private let quiet: Duration
  private var due = Instant.never

  init(_ source: consuming Source, quiet: Duration) {
    latest = LatestMessage(source)
    self.quiet = quiet
  }

  /// Complexity: O(messages ready).
  public mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    if isDue(at: now) { return latest.release() }
    switch latest.refresh(at: now) {
    case .nothing: return .pending
    case .newMessage: due = now + quiet
    case .over: return latest.release()
    }
    return isDue(at: now) ? latest.release() : .pending
  }

  private func isDue(at now: Instant) -> Bool { latest.isHeld && now >= due }

  public var nextDeadline: Instant { latest.isHeld ? min(due, latest.nextDeadline) : latest.nextDeadline }
  public var demand: Int { latest.demand }
}

extension Stream where Self: ~Copyable {
  /// The latest message, once none has come for `quiet`; holds at most that one. With a quiet time of zero, the last of
  /// what is ready at each poll.
  public consuming func debounce(quiet: Duration) -> Debounce<Self> {
    Debounce(self, quiet: quiet)
  }
}
