public import Timing

/// One tick of a timer.
public struct Tick: Equatable, Sendable, BitwiseCopyable {
  /// When it was due; whoever takes it may come later.
  public var due: Instant
  /// Its number, from 0: of the instants at which the timer is due with the policies `burst` and `skip`, of the ticks
  /// given with `delay`.
  public var number: UInt64
  /// Instants at which a tick was due that is not given, since the tick before.
  public var missed: UInt64

  public init(due: Instant, number: UInt64, missed: UInt64 = 0) {
    self.due = due
    self.number = number
    self.missed = missed
  }
}

/// What an interval timer gives to whoever takes a tick when the next has come as well. A tick taken before the next is
/// due has missed nothing, and the timer keeps its phase, whatever the policy.
public enum MissedTicks: Equatable, Sendable, BitwiseCopyable {
  /// Every tick, one after the other, each with the time at which it was due: the phase is kept.
  case burst
  /// The tick that is due, at once, and the next a whole interval after it was taken: the phase shifts, and the rhythm
  /// goes on from there. The instants passed over are counted as missed.
  case delay
  /// The last of the ticks that have come; those before it are dropped and counted: the phase is kept.
  case skip
}

/// Why a timer could not be had or reached.
public enum TimerError: Error, Equatable {
  /// The caller asks for an interval of zero, which would be due for ever.
  case zeroInterval
  /// The list of timers is as long as it was made: destroy one, or make it longer.
  case full
  /// The timer service has not taken the requests before: try again in a later turn.
  case busy
  /// The caller's timer was destroyed; its place may be another's by now.
  case stale
}
