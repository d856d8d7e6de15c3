public import Timing
public import Tracing

/// What a reactor keeps of what it did: counters, and the last events.
public struct ReactorRecord: ~Copyable {
  public internal(set) var counters = ReactorCounters()
  /// The last poll that took longer than the budget of a poll.
  public internal(set) var lastOverrun: PollOverrun?
  public var trace: TraceRing

  init(trace: consuming TraceRing) { self.trace = trace }
}

/// What a reactor has done since boot.
public struct ReactorCounters: Sendable {
  public internal(set) var polls: UInt64 = 0
  /// Time spent asleep.
  public internal(set) var idle = Duration.zero
  /// The longest poll.
  public internal(set) var longestPoll = Duration.zero
  /// Polls that took longer than the budget of a poll.
  public internal(set) var overruns: UInt64 = 0
  public internal(set) var spawned: UInt64 = 0
  public internal(set) var cancelled: UInt64 = 0
  /// How often a source came more often than its limit allows, and was masked for a time.
  public internal(set) var throttled: UInt64 = 0
  /// Timers created for a time already past, which were due at once.
  public internal(set) var lateTimers: UInt64 = 0
  /// Interrupts taken, by source; several marks between two looks count once.
  public internal(set) var interruptsOfSource: InlineArray<64, UInt64> = InlineArray(repeating: 0)
}

/// A poll that took longer than it may.
public struct PollOverrun: Sendable {
  public let task: TaskID
  public let name: StaticString
  /// When the poll began.
  public let start: Instant
  public let duration: Duration
  /// Where an interrupt found the core during the poll, as an address in the image; 0 when none came. The latest one
  /// counts.
  public let address: UInt
}
