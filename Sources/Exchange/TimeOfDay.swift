public import Timing

/// Wall-clock time for messages: what the clock chip said at one moment, carried on by the monotonic clock.
public struct TimeOfDay: Sendable {
  public static let nanosecondsPerDay: UInt64 = 86_400_000_000_000

  /// What to add to an instant to get nanoseconds since the midnight before boot.
  private let offset: UInt64

  /// - Parameter secondsSinceMidnight: what the clock chip said at `instant`; 0 to 86,399.
  public init(secondsSinceMidnight: UInt64, at instant: Instant) {
    precondition(secondsSinceMidnight < 86_400)
    let elapsed = instant.nanoseconds % Self.nanosecondsPerDay
    offset = secondsSinceMidnight * 1_000_000_000 + Self.nanosecondsPerDay - elapsed
  }

  /// Nanoseconds since the last midnight.
  @inline(__always)
  public func nanosecondsSinceMidnight(at instant: Instant) -> UInt64 {
    (instant.nanoseconds &+ offset) % Self.nanosecondsPerDay
  }
}
