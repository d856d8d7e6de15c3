/// One reading of a reference counter between two readings of the time stamp counter.
///
/// Whoever reads may lose the processor in between, so the reference was read somewhere between the two time stamps
/// and nothing more is known: the closer they are, the more the reading tells.
public struct ClockReading: Sendable, BitwiseCopyable {
  /// The time stamp before the reference was read.
  public let earliest: UInt64
  /// The time stamp after it.
  public let latest: UInt64
  /// The reference's count, upwards, modulo its round.
  public let count: UInt16

  @inlinable public init(earliest: UInt64, latest: UInt64, count: UInt16) {
    self.earliest = earliest
    self.latest = latest
    self.count = count
  }

  /// Cycles between the two.
  @inlinable public var width: UInt64 { latest &- earliest }

  /// The tightest of `attempts` readings, 1 or more.
  @inlinable public static func tightest(of attempts: Int, _ read: () -> ClockReading) -> ClockReading {
    var best = read()
    for _ in 1..<attempts {
      let reading = read()
      if reading.width < best.width { best = reading }
    }
    return best
  }
}
