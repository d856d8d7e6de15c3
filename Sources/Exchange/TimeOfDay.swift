public import Timing

/// Wall-clock time for messages: what the clock chip said at one moment, carried on by the monotonic clock.
public struct TimeOfDay: Sendable {
  public static let nanosecondsPerDay: UInt64 = 86_400_000_000_000

  /// What to add to an instant to get nanoseconds since the midnight before boot.
  private let offset: UInt64

  /// The clock chip tells whole seconds, so a machine that restarts at once may read a time before that of its last
  /// message; by no more than this it is not believed.
  static let tolerance: UInt64 = 2_000_000_000

  /// - Parameters:
  ///   - secondsSinceMidnight: what the clock chip said at `instant`; 0 to 86,399.
  ///   - last: the time of the last message before the restart, in nanoseconds since midnight: time goes on from
  ///     there when the chip says a little less.
  public init(secondsSinceMidnight: UInt64, at instant: Instant, last: UInt64? = nil) {
    precondition(secondsSinceMidnight < 86_400)
    let elapsed = instant.nanoseconds % Self.nanosecondsPerDay
    var start = secondsSinceMidnight * 1_000_000_000
    if let last, last >= start, last - start < Self.tolerance { start = last + 1 }
    offset = start + Self.nanosecondsPerDay - elapsed
  }

  /// - Parameter wallClock: as it is at `instant`, to the second.
  public init(_ wallClock: WallClock, at instant: Instant, last: UInt64? = nil) {
    let seconds = wallClock.nanosecondsSince1970(at: instant) % Self.nanosecondsPerDay / 1_000_000_000
    self.init(secondsSinceMidnight: seconds, at: instant, last: last)
  }

  /// Nanoseconds since the last midnight.
  @inline(__always)
  public func nanosecondsSinceMidnight(at instant: Instant) -> UInt64 {
    (instant.nanoseconds &+ offset) % Self.nanosecondsPerDay
  }
}
