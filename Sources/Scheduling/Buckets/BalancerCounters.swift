public import Timing

/// What a balancer has done.
public struct BalancerCounters: Sendable, BitwiseCopyable {
  /// Moves that have ended.
  public internal(set) var moveCount: UInt64 = 0
  /// The longest pause of a move.
  public internal(set) var longestPause = Duration.zero
  /// The pauses of all moves together.
  public internal(set) var totalPause = Duration.zero

  mutating func record(pause: Duration) {
    moveCount &+= 1
    longestPause = max(longestPause, pause)
    totalPause.nanoseconds &+= pause.nanoseconds
  }
}
