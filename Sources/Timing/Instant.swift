/// A point on the machine's monotonic clock: nanoseconds since boot.
///
/// Wraps after 584 years; comparison does not account for the wrap.
public struct Instant: Comparable, Sendable, BitwiseCopyable {
  public var nanoseconds: UInt64

  @inlinable public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// The moment of boot.
  @inlinable public static var zero: Instant { Instant(nanoseconds: 0) }
  /// A deadline that never comes.
  @inlinable public static var never: Instant { Instant(nanoseconds: .max) }

  @inlinable public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The instant `duration` later; `never` when that lies beyond the clock's range.
  @inlinable public static func + (instant: Instant, duration: Duration) -> Instant {
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.nanoseconds)
    return Instant(nanoseconds: overflow ? .max : sum)
  }

  /// How long after `earlier` this instant is; zero when it is not after it.
  @inlinable public func since(_ earlier: Instant) -> Duration {
    Duration(nanoseconds: nanoseconds > earlier.nanoseconds ? nanoseconds &- earlier.nanoseconds : 0)
  }
}
