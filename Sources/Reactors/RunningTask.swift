public import Timing

/// What a core is at: kept up to date by its reactor where a watchdog finds it when the core does not turn any more.
public struct RunningTask: BitwiseCopyable, Sendable {
  /// The number of the task that is polled; negative when none is.
  public var number: Int
  /// When its poll began.
  public var since: Instant

  @inline(__always) public init(number: Int, since: Instant) {
    self.number = number
    self.since = since
  }

  /// Between two polls.
  public static var none: RunningTask { RunningTask(number: -1, since: .zero) }
}
