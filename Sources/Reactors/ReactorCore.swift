public import Timing

/// The core a reactor runs on, as far as the reactor needs it: the real one in the guest, one moved by hand in tests.
public protocol ReactorCore: ~Copyable {
  /// The current time.
  var now: Instant { get }

  /// The interrupt sources marked and not yet taken, a bit each.
  var pendingSources: UInt64 { get }

  /// Takes a source's mark; gives the time of the first mark since it was last taken.
  mutating func take(source: Int) -> Instant

  /// Asks for an interrupt at `deadline`, and for none before; `never` for none at all.
  mutating func arm(for deadline: Instant, now: Instant)

  /// Sleeps until a source is marked; returns at once when one is.
  mutating func haltUnlessPending()
}
