public import Timing

/// Messages gathered into lists: handed on when full, when the time since the first of them is over, or when no more
/// come. No list is empty.
///
/// A message counts from the poll that takes it. The source is asked before the clock: what is ready when the time is
/// over, or at a late poll, still goes into the list as far as there is room, so a slow reader gets fuller lists and
/// loses nothing. A far jump hands on one list; the time of the next starts with its own first message.
///
/// At the end and on a failure what was gathered comes first, at once, then the end or the failure; after a failure the
/// source decides whether asking again makes sense.
public struct Buffer<let capacity: Int, Source: Stream & ~Copyable>: Stream, ~Copyable {
  public typealias Message = InlineList<capacity, Source.Message>
  public typealias Failure = Source.Failure
  private var source: Source
  private let time: Duration
  private var gathered = InlineList<capacity, Source.Message>()
  private var failure: Source.Failure?
  private var due = Instant.never

  init(_ source: consuming Source, time: Duration) {
    precondition(capacity > 0, "a list has room for a message")
    self.source = source
    self.time = time
  }

  /// Complexity: O(`capacity`).
  public mutating func poll(at now: Instant) -> Poll<InlineList<capacity, Source.Message>, Source.Failure> {
    if let reason = failure.take() { return .failed(reason) }
    while gathered.count < capacity {
      switch source.poll(at: now) {
      case .ready(let message): gather(message, at: now)
      case .failed(let reason):
        guard !gathered.isEmpty else { return .failed(reason) }
        failure = reason
        return release()
      case .ended: return gathered.isEmpty ? .ended : release()
      case .pending: return gathered.isEmpty || now < due ? .pending : release()
      }
    }
    return release()
  }

  private mutating func gather(_ message: consuming Source.Message, at now: Instant) {
    if gathered.isEmpty { due = now + time }
    let rest = gathered.append(message)
    precondition(rest == nil, "a list with room took no message")
  }

  private mutating func release() -> Poll<InlineList<capacity, Source.Message>, Source.Failure> {
    .ready(exchange(&gathered, with: InlineList()))
  }

  public var nextDeadline: Instant { gathered.isEmpty ? source.nextDeadline : min(due, source.nextDeadline) }
  /// The last message that a list has room for is handed on with it, in the poll that takes it.
  public var demand: Int { source.demand + capacity - 1 }
}

extension Stream where Self: ~Copyable {
  /// Lists of `count` messages, fewer at the end; holds fewer than `count`.
  ///
  ///     orders.buffer(count: Limit<8>())
  public consuming func buffer<let capacity: Int>(count: Limit<capacity>) -> Buffer<capacity, Self> {
    Buffer(self, time: Duration(nanoseconds: .max))
  }

  /// Lists of `count` messages, fewer when `time` has passed since the first of them; holds fewer than `count`. With a
  /// time of zero, what is ready at each poll.
  public consuming func buffer<let capacity: Int>(
    count: Limit<capacity>, time: Duration
  ) -> Buffer<capacity, Self> {
    Buffer(self, time: time)
  }
}
