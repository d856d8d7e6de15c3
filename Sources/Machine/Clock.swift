public import Timing

/// The machine's monotonic clock: the time stamp counter in nanoseconds since boot.
public struct Clock: Sendable {
  private let bootTimestamp: UInt64
  /// Nanoseconds per cycle, times 2^32.
  private let nanosecondsPerCycle: UInt64
  public let timestampFrequencyHertz: UInt64

  init(timestampFrequencyHertz: UInt64, bootTimestamp: UInt64) {
    self.timestampFrequencyHertz = timestampFrequencyHertz
    self.bootTimestamp = bootTimestamp
    nanosecondsPerCycle = (UInt64(1_000_000_000) << 32) / timestampFrequencyHertz
  }

  /// The current time.
  @inline(__always) public var now: Instant { instant(of: TimestampCounter.read()) }

  /// The time at which the counter stood at `timestamp`; boot for anything earlier.
  @inline(__always) public func instant(of timestamp: UInt64) -> Instant {
    Instant(
      nanoseconds: duration(ofCycles: timestamp > bootTimestamp ? timestamp &- bootTimestamp : 0).nanoseconds)
  }

  /// How long `cycles` take.
  @inline(__always) public func duration(ofCycles cycles: UInt64) -> Duration {
    let product = cycles.multipliedFullWidth(by: nanosecondsPerCycle)
    return Duration(nanoseconds: product.high << 32 | product.low >> 32)
  }
}
