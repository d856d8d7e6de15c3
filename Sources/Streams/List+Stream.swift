public import Timing

/// A list as a stream: every message is ready at once, and behind the last it has ended.
public struct ListStream<Source: List & ~Copyable>: Stream, ~Copyable {
  public typealias Message = Source.Message
  private var source: Source

  init(_ source: consuming Source) { self.source = source }

  public mutating func poll(at now: Instant) -> Poll<Source.Message, Never> {
    guard let message = source.head() else { return .ended }
    return .ready(message)
  }

  /// What has not been taken yet, as the list it is. Complexity: O(1).
  public consuming func list() -> Source { source }
}

extension List where Self: ~Copyable {
  /// The list as a stream. Complexity: O(1).
  public consuming func stream() -> ListStream<Self> { ListStream(self) }
}

extension Stream where Self: ~Copyable {
  /// Takes what is ready now, up to what `list` has room for, and says why it stopped.
  ///
  /// No message is taken that does not fit: when the list is full, nobody asks whether there is more. Complexity: a poll
  /// for each message, and one for the reason.
  public mutating func collect<let capacity: Int>(
    into list: inout InlineList<capacity, Message>, at now: Instant
  ) -> Collected<Failure> {
    while list.count < capacity {
      switch poll(at: now) {
      case .ready(let message):
        let rest = list.append(message)
        precondition(rest == nil, "a list with room took no message")
      case .failed(let failure): return .failed(failure)
      case .ended: return .ended
      case .pending: return .pending
      }
    }
    return .full
  }
}

/// Why `collect` stopped.
@frozen public enum Collected<Failure: Error>: Sendable {
  /// The list has no more room.
  case full
  /// There will never be another message.
  case ended
  /// Nothing more is ready now.
  case pending
  /// The stream failed; what it gave before is in the list.
  case failed(Failure)
}

extension Collected: Equatable where Failure: Equatable {}
