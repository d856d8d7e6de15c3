public import Timing

/// How long to wait before trying again: `first` after one failure, twice as long after each further one, `longest` at
/// most. The same every time; there is no chance in it.
public struct Backoff: Sendable, BitwiseCopyable {
  public let first: Duration
  public let longest: Duration

  /// - Precondition: `first` is longer than zero and at most `longest`.
  public init(first: Duration, longest: Duration) {
    precondition(first > .zero, "waiting takes time")
    precondition(first <= longest, "the longest is no shorter than the first")
    self.first = first
    self.longest = longest
  }

  /// The wait after that many failures in a row, at least one. Complexity: O(1).
  public func delay(afterFailures failures: Int) -> Duration {
    precondition(failures >= 1, "without a failure there is nothing to wait for")
    let doublings = failures - 1
    guard first.nanoseconds <= longest.nanoseconds >> doublings else { return longest }
    return .nanoseconds(first.nanoseconds << doublings)
  }
}
