/// The time of the world: what a clock chip said at one moment, carried on by the monotonic clock. Universal time,
/// without leap seconds. Context: any.
public struct WallClock: Sendable, BitwiseCopyable {
  /// Nanoseconds since 1 January 1970 at `Instant.zero`; modulo 2^64, which is 584 years.
  public let nanosecondsAtZero: UInt64

  /// - Parameters:
  ///   - secondsSince1970: what the chip said, below 2^34.
  ///   - instant: when it said it.
  public init(secondsSince1970 seconds: UInt64, at instant: Instant) {
    precondition(seconds < 1 << 34, "a time that no clock chip tells")
    nanosecondsAtZero = seconds * 1_000_000_000 &- instant.nanoseconds
  }

  /// Nanoseconds since 1 January 1970.
  @inlinable @inline(__always)
  public func nanosecondsSince1970(at instant: Instant) -> UInt64 { nanosecondsAtZero &+ instant.nanoseconds }
}
