public import Timing

/// The machine's monotonic clock: the time stamp counter in nanoseconds since boot.
///
/// A copy goes on as the clock did when it was made; what must agree with the core's for longer reads `lineOfCore`.
public struct Clock: Sendable {
  /// What `now` reads.
  public private(set) var line: ClockLine
  /// The line's rate the other way round, for deadlines.
  private(set) var cycleRate: CycleRate
  /// As measured at boot.
  public let timestampFrequencyHertz: UInt64

  init(timestampFrequencyHertz: UInt64, bootTimestamp: UInt64) {
    self.timestampFrequencyHertz = timestampFrequencyHertz
    line = ClockLine(origin: bootTimestamp, frequencyHertz: timestampFrequencyHertz)
    cycleRate = line.cycleRate
  }

  /// The current time.
  @inline(__always) public var now: Instant { line.instant(ofLater: TimestampCounter.read()) }

  /// The time at which the counter stood at `timestamp`; boot for anything earlier.
  @inline(__always) public func instant(of timestamp: UInt64) -> Instant { line.instant(of: timestamp) }

  /// How long `cycles` take.
  @inline(__always) public func duration(ofCycles cycles: UInt64) -> Duration {
    line.duration(ofCycles: cycles)
  }

  /// How many cycles `duration` has: never too few.
  func cycles(in duration: Duration) -> UInt64 { cycleRate.cycles(in: duration) }

  /// How many cycles after `timestamp` `deadline` is reached: never too few, 1 or more.
  @inline(__always) func cycles(until deadline: Instant, from timestamp: UInt64) -> UInt64 {
    cycleRate.cycles(in: deadline.since(line.instant(ofLater: timestamp)))
  }

  /// The same clock on a core whose counter is `offset` cycles ahead, modulo 2^64.
  func shifted(by offset: UInt64) -> Clock {
    var clock = self
    clock.line = line.shifted(by: offset)
    return clock
  }

  /// Goes on at `rate`, of which `cycleRate` is the inverse, from here. Interrupts are off, and no time stamp is
  /// outstanding.
  mutating func goOn(at rate: UInt64, _ cycleRate: CycleRate) {
    line = ClockLine(continuing: line, at: TimestampCounter.read(), rate: rate)
    self.cycleRate = cycleRate
  }
}
