public import Timing

/// The core's one alarm, armed for one deadline at a time.
///
/// Where the processor offers it, it is armed for the time stamp at which the deadline is reached (Intel SDM 3A,
/// 11.5.4.1), else for as many counts of the APIC timer as that is away. Without a watchdog it is silent when it has no
/// deadline. With one it goes on, for the watchdog's period from when it has fired (boot/interrupts.asm); only a core
/// that sleeps without a deadline when it has just fired stops it.
public struct DeadlineTimer: ~Copyable {
  /// APIC timer counts per cycle of the time stamp counter, times 2^32.
  let countsPerCycle: UInt64
  private let usesTimestamps: Bool
  /// What the timer is armed for; `never` when it is off, or counts for the watchdog alone.
  public private(set) var deadline: Instant = .never
  /// It is off although a watchdog is to watch: whoever wakes starts it.
  private(set) var isStopped = false
  /// The watchdog's period, in cycles of the time stamp counter; no limit without one.
  private var watchdogCycles = UInt64.max

  /// What `deadline` is when the timer has fired: no deadline that anyone has, so that the next one is armed.
  private static var fired: Instant { Instant(nanoseconds: .max - 1) }

  init(countsPerCycle: UInt64, source: Int) {
    self.countsPerCycle = countsPerCycle
    usesTimestamps = Processor.hasTimestampDeadlines
    CoreBlock[.timerSource] = UInt(source)
    CoreBlock[.timestampDeadlines] = usesTimestamps ? 1 : 0
    LocalAPIC.openTimer(byTimestamp: usesTimestamps)
  }

  /// Arms the timer for `deadline`, or for none with `never`. A deadline further away than the timer counts, or than the
  /// watchdog's period, is approached in several steps: its interrupt then comes early, and whoever is woken arms again.
  ///
  /// - Parameter now: a time stamp that was just made.
  @inline(__always)
  mutating func arm(for deadline: Instant, clock: Clock, now: UInt64) {
    isStopped = deadline == .never && self.deadline == Self.fired && watchdogCycles != .max
    let cycles =
      deadline == .never ? watchdogCycles : min(clock.cycles(until: deadline, from: now), watchdogCycles)
    self.deadline = deadline
    if isStopped || cycles == .max { stop() } else { start(cycles: cycles, now: now) }
  }

  private func start(cycles: UInt64, now: UInt64) {
    if usesTimestamps {
      LocalAPIC.startTimer(timestamp: now > .max &- cycles ? .max : now &+ cycles)
    } else {
      LocalAPIC.startTimer(count: counts(cycles))
    }
  }

  private func stop() {
    if usesTimestamps { LocalAPIC.startTimer(timestamp: 0) } else { LocalAPIC.startTimer(count: 0) }
  }

  /// Rounded up by one, so that the timer does not run out before the deadline; as many as it has, at most.
  private func counts(_ cycles: UInt64) -> UInt32 {
    let product = cycles.multipliedFullWidth(by: countsPerCycle)
    let counts = product.high << 32 | product.low >> 32
    return product.high >> 32 != 0 || counts >= UInt64(UInt32.max) ? .max : UInt32(counts) + 1
  }

  /// Says that the timer's interrupt was taken: it is armed for nothing now.
  mutating func fired() { deadline = Self.fired }

  /// Goes on from here for the watchdog: the core has woken.
  @inline(never)
  mutating func resume() {
    isStopped = false
    start(cycles: watchdogCycles, now: TimestampCounter.read())
  }

  /// Has the stub go on for `cycles` whenever the timer has fired.
  mutating func startWatchdog(cycles: UInt64) {
    watchdogCycles = cycles
    CoreBlock[.watchdog] = UInt(usesTimestamps ? cycles : UInt64(counts(cycles)))
    deadline = .never
    resume()
  }
}
