public import Timing

/// What a core is at: kept up to date by its reactor where a watchdog, and the watch of another core, find it when the
/// core does not turn any more. It changes with each poll and each sleep.
public struct RunningTask: BitwiseCopyable, Equatable, Sendable {
  /// The number of the task that is polled, or was last; negative from a sleep on to the next poll.
  public var number: Int
  /// When the last poll began.
  public var since: Instant
  /// How often the core has slept.
  public var sleeps: UInt64

  @inline(__always) public init(number: Int, since: Instant, sleeps: UInt64 = 0) {
    self.number = number
    self.since = since
    self.sleeps = sleeps
  }

  /// Between two polls.
  public static var none: RunningTask { RunningTask(number: -1, since: .zero) }

  /// The poll of a task begins.
  @inline(__always) mutating func poll(_ number: Int, at now: Instant) {
    self.number = number
    since = now
  }

  /// No task is polled any more, and the core is about to sleep.
  @inline(__always) mutating func sleep() {
    number = -1
    sleeps &+= 1
  }
}
