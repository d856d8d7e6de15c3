public import Timing

/// The core a reactor runs on, as far as the reactor needs it: the real one in the guest, one moved by hand in tests.
public protocol ReactorCore: ~Copyable {
  /// Which core it is, 0 to 254: no two cores that run at the same time have the same one, since it is in the names of
  /// their tasks.
  var number: Int { get }

  /// The current time.
  var now: Instant { get }

  /// The interrupt sources marked and not yet taken, a bit each.
  var pendingSources: UInt64 { get }

  /// Takes a source's mark; gives the time of the first mark since it was last taken.
  mutating func take(source: Int) -> Instant

  /// Keeps a source from interrupting, or lets it again: a mark that it made before stands. A core that cannot do this
  /// for a source does nothing.
  mutating func setMask(_ isMasked: Bool, source: Int)

  /// Where the core was when an interrupt last marked something: an address in the image, 0 when there was none.
  var interruptedAddress: UInt { get }

  /// Sleeps until a source is marked, at the latest until `deadline`, which marks the timer's; returns at once when one
  /// is marked already, and is not woken by time when the deadline is `never`.
  ///
  /// - Returns: the time after it.
  mutating func sleep(until deadline: Instant) -> Instant
}

extension ReactorCore where Self: ~Copyable {
  public mutating func setMask(_ isMasked: Bool, source: Int) {}
  public var interruptedAddress: UInt { 0 }
}
