public import Timing

/// The core's one alarm: the APIC timer, armed for one deadline at a time.
///
/// Without a watchdog it is silent when it has no deadline. With one it goes on counting, the watchdog's period from
/// when it has fired (boot/interrupts.asm); only a core that sleeps without a deadline when it has just fired stops it.
public struct DeadlineTimer: ~Copyable {
  /// APIC timer counts per nanosecond, times 2^32.
  private let countsPerNanosecond: UInt64
  /// What the timer is armed for; `never` when it is off, or counts for the watchdog alone.
  public private(set) var deadline: Instant = .never
  /// It is off although a watchdog is to watch: whoever wakes starts it.
  private(set) var isStopped = false
  /// The watchdog's, in counts; 0 without one.
  private var watchdogCount: UInt32 = 0

  /// What `deadline` is when the timer has fired for the watchdog to go on: no deadline that anyone has.
  private static var fired: Instant { Instant(nanoseconds: .max - 1) }

  init(frequencyHertz: UInt64, source: Int) {
    countsPerNanosecond = (frequencyHertz << 32) / 1_000_000_000
    CoreBlock[.timerSource] = UInt(source)
    LocalAPIC.openTimer()
  }

  /// Arms the timer for `deadline`, or for none with `never`; nothing happens when it is armed for that already. A
  /// deadline further away than the timer counts, or than the watchdog's period, is approached in several steps: its
  /// interrupt then comes early, and whoever is woken arms again.
  @inline(__always)
  public mutating func arm(for deadline: Instant, clock: Clock) {
    if deadline != self.deadline { rearm(for: deadline, now: clock.now) }
  }

  @inline(never)
  private mutating func rearm(for deadline: Instant, now: Instant) {
    if deadline == .never {
      isStopped = self.deadline == Self.fired
      LocalAPIC.startTimer(count: isStopped ? 0 : watchdogCount)
    } else {
      isStopped = false
      // Rounded up by one, so that the timer does not run out before the deadline.
      let count = counts(deadline.since(now))
      let limit = watchdogCount == 0 ? .max : watchdogCount
      LocalAPIC.startTimer(count: min(count == .max ? count : count + 1, limit))
    }
    self.deadline = deadline
  }

  /// Says that the timer's interrupt was taken: it is armed for nothing now.
  public mutating func fired() { deadline = watchdogCount == 0 ? .never : Self.fired }

  /// Counts on from here: the core has woken.
  @inline(never)
  mutating func resume() {
    isStopped = false
    LocalAPIC.startTimer(count: watchdogCount)
  }

  /// Has the stub count `period` on whenever the timer has fired.
  mutating func startWatchdog(period: Duration) {
    watchdogCount = counts(period)
    CoreBlock[.watchdog] = UInt(watchdogCount)
    deadline = .never
    resume()
  }

  /// As many as the timer has, at most.
  private func counts(_ duration: Duration) -> UInt32 {
    let product = duration.nanoseconds.multipliedFullWidth(by: countsPerNanosecond)
    return product.high >> 32 != 0 ? .max : UInt32(clamping: product.high << 32 | product.low >> 32)
  }
}
