/// A length of time in nanoseconds, never negative.
public struct Duration: Comparable, Sendable, BitwiseCopyable {
  public var nanoseconds: UInt64

  @inlinable public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  @inlinable public static var zero: Duration { Duration(nanoseconds: 0) }

  @inlinable public static func nanoseconds(_ count: UInt64) -> Duration { Duration(nanoseconds: count) }
  @inlinable public static func microseconds(_ count: UInt64) -> Duration {
    Duration(nanoseconds: count * 1_000)
  }
  @inlinable public static func milliseconds(_ count: UInt64) -> Duration {
    Duration(nanoseconds: count * 1_000_000)
  }
  @inlinable public static func seconds(_ count: UInt64) -> Duration {
    Duration(nanoseconds: count * 1_000_000_000)
  }

  @inlinable public static func < (left: Duration, right: Duration) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

extension Duration {
  /// The sum; traps beyond 584 years.
  @inlinable public static func + (left: Duration, right: Duration) -> Duration {
    Duration(nanoseconds: left.nanoseconds + right.nanoseconds)
  }
}
