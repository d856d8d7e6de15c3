public import Timing

/// The core's one alarm: the APIC timer, armed for one deadline at a time and silent without one.
///
/// Where the processor offers it, it is armed for the time stamp at which the deadline is reached (Intel SDM 3A,
/// 11.5.4.1), else for as many counts as that is away.
public struct DeadlineTimer: ~Copyable {
  /// APIC timer counts per cycle of the time stamp counter, times 2^32.
  private let countsPerCycle: UInt64
  private let usesTimestamps: Bool
  /// What the timer is armed for; `never` when it is off.
  public private(set) var deadline: Instant = .never

  /// What `deadline` is when the timer has fired: no deadline that anyone has, so that the next one is armed.
  private static var fired: Instant { Instant(nanoseconds: .max - 1) }

  init(countsPerCycle: UInt64, source: Int) {
    self.countsPerCycle = countsPerCycle
    usesTimestamps = Processor.hasTimestampDeadlines
    LocalAPIC.setTimerSource(source, byTimestamp: usesTimestamps)
  }

  /// Arms the timer for `deadline`, or switches it off with `never`. A deadline further away than the timer counts is
  /// approached in several steps: its interrupt then comes early, and whoever is woken arms again.
  ///
  /// - Parameter now: a time stamp that was just made.
  @inline(__always)
  mutating func arm(for deadline: Instant, clock: Clock, now: UInt64) {
    self.deadline = deadline
    guard deadline != .never else { return stop() }
    let cycles = clock.cycles(until: deadline, from: now)
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
}
