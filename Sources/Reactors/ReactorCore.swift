public import Timing

/// The core a reactor runs on, as far as the reactor needs it: the real one in the guest, one moved by hand in tests.
public protocol ReactorCore: ~Copyable {
  /// The current time.
  var now: Instant { get }

  /// The interrupt sources marked and not yet taken, a bit each.
  var pendingSources: UInt64 { get }

  /// Takes a source's mark; gives the time of the first mark since it was last taken.
  mutating func take(source: Int) -> Instant

  /// Sleeps until a source is marked, at the latest until `deadline`, which marks the timer's; returns at once when one
  /// is marked already, and is not woken by time when the deadline is `never`.
  ///
  /// - Returns: how long it slept.
  mutating func sleep(until deadline: Instant) -> Duration
}
