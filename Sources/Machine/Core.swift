public import Reactors
public import Timing
public import Tracing

/// This core: its marked interrupt sources, its clock and its halt. Set up once at boot.
public struct Core: ReactorCore, ~Copyable {
  public let number: Int
  public internal(set) var clock: Clock
  var timer: DeadlineTimer
  let timerSource: Int
  var keeper: ClockKeeper
  private var controls: InlineArray<64, InterruptControl> = InlineArray(repeating: .none)
  /// A bit for each source that takes more than to clear its mark: the timer's, and those that are acknowledged.
  private var attended: UInt64

  /// Brings up traps, the final page map, the interrupt controller and the clock.
  ///
  /// - Parameter timerSource: the source that the core's timer marks.
  public init(timerSource: Int) {
    let bootTimestamp = TimestampCounter.read()
    InterruptTable.install()
    PageMap.install()
    Self.silenceLegacyController()
    LocalAPIC.enable()
    Processors.begin()
    number = 0
    let calibration = ClockCalibration()
    clock = Clock(timestampFrequencyHertz: calibration.timestampFrequencyHertz, bootTimestamp: bootTimestamp)
    clock.publish()
    keeper = ClockKeeper(clock, uncertaintyPartsPerMillion: calibration.uncertaintyPartsPerMillion)
    timer = DeadlineTimer(countsPerCycle: calibration.apicCountsPerCycle, source: timerSource)
    self.timerSource = timerSource
    attended = 1 << UInt64(timerSource)
    interruptsEnable()
  }

  /// A core that another one has started, with the clock it was given. Context: its start.
  init(_ start: borrowing CoreStart) {
    InterruptTable.load()
    LocalAPIC.enable()
    number = start.number
    clock = start.clock
    clock.publish()
    keeper = start.keeper
    timer = DeadlineTimer(countsPerCycle: start.countsPerCycle, source: start.timerSource)
    timerSource = start.timerSource
    attended = 1 << UInt64(timerSource)
    interruptsEnable()
  }

  /// The sources marked now, a bit each; taking one clears its bit.
  @inline(__always) public var pendingSources: UInt64 { corePendingSources() }

  @inline(__always) public var now: Instant { clock.now }

  /// Takes a marked source and says when it was first marked since it was last taken.
  public mutating func take(source: Int) -> Instant {
    precondition(source >= 0 && source < InterruptTable.sourceCount, "an interrupt source is 0 to 63")
    if attended &>> UInt64(truncatingIfNeeded: source) & 1 != 0 { return takeAttended(source) }
    return clock.instant(of: coreTakeSource(UInt(source)))
  }

  @inline(never)
  private mutating func takeAttended(_ source: Int) -> Instant {
    if source == timerSource { return takeTimer() }
    // First the mark, then the device: it interrupts again only behind that, and that mark must stand.
    let instant = clock.instant(of: coreTakeSource(UInt(source)))
    controls[source].acknowledgement?.perform()
    return instant
  }

  /// A core that never sleeps never arms its timer anew by itself: there the watchdog's interrupt is the occasion to
  /// correct the clock, when that is long overdue.
  private mutating func takeTimer() -> Instant {
    timer.fired()
    let instant = clock.instant(of: coreTakeSource(UInt(timerSource)))
    if keeper.isOverdue(TimestampCounter.read(), clock) { keeper.correct(&clock) }
    return instant
  }

  /// Says how the interrupts of `source` are acknowledged, and held back in a storm. Context: boot.
  public mutating func setControl(ofSource source: Int, _ control: InterruptControl) {
    precondition(source != timerSource, "the timer is the core's own")
    controls[source] = control
    let bit: UInt64 = 1 << UInt64(source)
    attended = control.acknowledgement == nil ? attended & ~bit : attended | bit
  }

  /// A device whose line went up meanwhile would never interrupt again: it is taken for having done so.
  public mutating func setMask(_ isMasked: Bool, source: Int) {
    controls[source].setMask(isMasked)
    if !isMasked && controls[source].acknowledgement != nil {
      coreMarkSource(UInt(source), TimestampCounter.read())
    }
  }

  /// Asks for the timer's interrupt at `deadline`, in place of what was asked before.
  @inline(__always) public mutating func arm(for deadline: Instant) {
    if deadline != timer.deadline { rearm(for: deadline) }
  }

  /// Where the core is not in haste: a clock that is due is corrected first, since deadlines are armed by it.
  @inline(never)
  private mutating func rearm(for deadline: Instant) {
    var now = TimestampCounter.read()
    if now >= keeper.due {
      keeper.correct(&clock)
      now = TimestampCounter.read()
    }
    timer.arm(for: deadline, clock: clock, now: now)
  }

  /// How often the clock was corrected since boot; 0 when the time stamp counter is invariant.
  public var clockCorrectionCount: UInt64 { keeper.count }

  /// By how much more than the reading explains the clock was off when it was last corrected.
  public var clockWasOff: Duration { keeper.wasOff }

  @inline(__always)
  public mutating func sleep(until deadline: Instant) -> Instant {
    arm(for: deadline)
    coreHaltUnlessPending()
    if timer.isStopped { timer.resume() }
    return clock.now
  }

  /// Halts until a source is marked; returns at once when one is. No mark is lost in between.
  public mutating func haltUnlessPending() { coreHaltUnlessPending() }

  /// Lets panics and debuggers find this core's trace ring: they look into the core block for it.
  public mutating func publish(_ trace: borrowing TraceRing) {
    // SAFETY: the ring lives as long as the kernel; whoever reads there reads while it changes.
    CoreBlock[.trace] = unsafe trace.eventsAddress
    CoreBlock[.traceCount] = UInt(trace.capacity)
  }

  /// The two 8259 controllers would send their lines as vectors 8 to 15 and 112 to 119: all lines off.
  private static func silenceLegacyController() {
    portWrite8(0x21, 0xFF)
    portWrite8(0xA1, 0xFF)
  }
}
