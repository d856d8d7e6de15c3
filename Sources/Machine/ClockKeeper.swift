import Timing

/// Keeps a clock right whose time stamp counter is not invariant, by the 8254: about once a second, when the core is
/// awake anyway. One that is invariant is left alone.
///
/// The clock changes its rate only while no mark is pending, with interrupts off: every time stamp that was made
/// before has been turned into a time, every later one lies behind the change. So whatever order time stamps and
/// readings of the clock had, their times have.
struct ClockKeeper {
  private static let attempts = 8

  /// From which time stamp on the clock is to be corrected; `max` for an invariant one.
  private(set) var due: UInt64
  private var correction: ClockCorrection
  /// How often it was.
  private(set) var count: UInt64 = 0
  var wasOff: Duration { correction.wasOff }

  init(_ clock: Clock, uncertaintyPartsPerMillion: UInt64) {
    correction = ClockCorrection(
      line: clock.line, uncertaintyPartsPerMillion: uncertaintyPartsPerMillion,
      referenceFrequencyHertz: IntervalTimer.frequencyHertz, reading: Self.reading())
    due = Processor.hasInvariantTimestamps ? .max : Self.aSecond(after: TimestampCounter.read(), clock)
  }

  /// From now on the clock goes on as it does.
  mutating func stop() { due = .max }

  /// Corrects the clock, unless an interrupt has just come: then the next time will do, and when it came while the 8254
  /// was read, the next second. Some 60 instructions run with interrupts off. Context: reactor, with interrupts on.
  @inline(never)
  mutating func correct(_ clock: inout Clock) {
    guard corePendingSources() == 0 else { return }
    let rate = correction.take(Self.reading(), line: clock.line)
    let cycleRate = ClockLine(origin: 0, rate: rate).cycleRate
    interruptsDisable()
    if corePendingSources() == 0 {
      clock.goOn(at: rate, cycleRate)
      clock.publish()
      count &+= 1
    }
    interruptsEnable()
    due = Self.aSecond(after: TimestampCounter.read(), clock)
  }

  /// Whether it should have been corrected a second ago.
  func isOverdue(_ now: UInt64, _ clock: Clock) -> Bool {
    due != .max && now >= due && now &- due >= clock.timestampFrequencyHertz
  }

  private static func aSecond(after timestamp: UInt64, _ clock: Clock) -> UInt64 {
    timestamp &+ clock.timestampFrequencyHertz
  }

  private static func reading() -> ClockReading {
    ClockReading.tightest(of: attempts) {
      let earliest = TimestampCounter.read()
      let count = IntervalTimer.read()
      // It counts down, and begins its round at 0.
      return ClockReading(earliest: earliest, latest: TimestampCounter.read(), count: 0 &- count)
    }
  }
}
