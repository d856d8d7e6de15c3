public import Timing

/// The message or the failure of that of several like futures which has one first, and which one it was; the others are
/// cancelled.
///
///     FirstOfMany<4, Answer> { venues[$0].answer() }
///
/// The losers are dropped before the winner's message is handed on, in the order of their index, and return what they
/// held; so does the winner. One that ends is dropped and cannot win; ends when all have. Whoever wants to keep the
/// losers asks `pollFirst`.
public struct FirstOfMany<let count: Int, Element: Future & ~Copyable>: Future, ~Copyable {
  public typealias Message = Indexed<Element.Message>
  public typealias Failure = Indexed<Element.Failure>
  private var futures: InlineArray<count, Element?>
  private let start: Int

  /// - Parameters:
  ///   - start: which is asked first; of several that are ready the first from there on, and around, wins.
  ///   - make: makes the future with this index.
  public init(startingAt start: Int = 0, _ make: (Int) -> Element) {
    precondition(start >= 0 && start < max(count, 1), "no such future")
    futures = InlineArray { index in make(index) }
    self.start = start
  }

  /// Complexity: O(count).
  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Failure> {
    let answer = pollFirst(of: &futures, startingAt: start, at: now)
    switch answer {
    case .pending: break
    default: cancel()
    }
    return answer
  }

  private mutating func cancel() {
    for index in 0..<count { futures[index] = nil }
  }

  /// Complexity: O(count).
  public var nextDeadline: Instant { futures.nextDeadline }
}
