public import Timing

/// The core's one alarm: the APIC timer, armed for one deadline at a time and silent without one.
public struct DeadlineTimer: ~Copyable {
  /// APIC timer counts per nanosecond, times 2^32.
  private let countsPerNanosecond: UInt64
  /// What the timer is armed for; `never` when it is off.
  public private(set) var deadline: Instant = .never

  init(frequencyHertz: UInt64, source: Int) {
    countsPerNanosecond = (frequencyHertz << 32) / 1_000_000_000
    LocalAPIC.setTimerSource(source)
  }

  /// Arms the timer for `deadline`, or switches it off with `never`; nothing happens when it is armed for that
  /// already. A deadline further away than the timer counts is approached in several steps: its interrupt then
  /// comes early, and whoever is woken arms again.
  @inline(__always)
  public mutating func arm(for deadline: Instant, clock: Clock) {
    if deadline != self.deadline { rearm(for: deadline, now: clock.now) }
  }

  @inline(never)
  private mutating func rearm(for deadline: Instant, now: Instant) {
    self.deadline = deadline
    guard deadline != .never else { return LocalAPIC.startTimer(count: 0) }
    let product = deadline.since(now).nanoseconds.multipliedFullWidth(by: countsPerNanosecond)
    // Rounded up by one, so that the timer does not run out before the deadline.
    let counts = product.high >> 32 != 0 ? UInt64.max : product.high << 32 | product.low >> 32
    LocalAPIC.startTimer(count: UInt32(clamping: counts == .max ? counts : counts + 1))
  }

  /// Says that the timer's interrupt was taken: it is armed for nothing now.
  public mutating func fired() { deadline = .never }
}
