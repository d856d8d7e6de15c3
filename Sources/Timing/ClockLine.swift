/// A straight piece of a clock: the time as a linear function of a core's time stamp counter.
///
/// The line is kept as the time stamp at which it would be at zero and its rate, so that reading it is a subtraction
/// and a multiplication however often it was corrected. The origin may lie before the counter's own zero, so both are
/// signed numbers in effect: time stamps are below 2^63 cycles (97 years at 3 GHz). Context: any.
public struct ClockLine: Equatable, Sendable, BitwiseCopyable {
  /// The time stamp at which the line is at zero; in two's complement.
  public let origin: UInt64
  /// Nanoseconds per cycle, times 2^32.
  public let rate: UInt64

  @inlinable public init(origin: UInt64, rate: UInt64) {
    self.origin = origin
    self.rate = rate
  }

  /// A line that is at zero at `origin`.
  ///
  /// - Parameter frequencyHertz: how fast the counter runs; 1 Hz to 1 THz.
  public init(origin: UInt64, frequencyHertz: UInt64) {
    precondition(frequencyHertz > 0 && frequencyHertz <= 1_000_000_000_000, "no frequency of a counter")
    self.init(origin: origin, rate: (1_000_000_000 << 32) / frequencyHertz)
  }

  /// A line of `rate` that goes on where `line` is at `timestamp`: there it is not behind, and less than a cycle and a
  /// nanosecond ahead.
  public init(continuing line: ClockLine, at timestamp: UInt64, rate: UInt64) {
    let elapsed = scaledQuotient(line.instant(of: timestamp).nanoseconds, by: rate) &+ 1
    self.init(origin: timestamp &- elapsed, rate: rate)
  }

  /// The time at which the counter stood at `timestamp`; zero for anything before the origin.
  @inlinable @inline(__always)
  public func instant(of timestamp: UInt64) -> Instant {
    // Compared as signed numbers, since the origin may be below zero.
    let isAfter = Int64(bitPattern: timestamp) > Int64(bitPattern: origin)
    return Instant(nanoseconds: duration(ofCycles: isAfter ? timestamp &- origin : 0).nanoseconds)
  }

  /// The same for a time stamp that is not before the origin.
  @inlinable @inline(__always)
  public func instant(ofLater timestamp: UInt64) -> Instant {
    Instant(nanoseconds: duration(ofCycles: timestamp &- origin).nanoseconds)
  }

  /// How long `cycles` take, rounded down.
  @inlinable @inline(__always)
  public func duration(ofCycles cycles: UInt64) -> Duration {
    let product = cycles.multipliedFullWidth(by: rate)
    return Duration(nanoseconds: product.high << 32 | product.low >> 32)
  }

  /// The same clock seen by a core whose counter is `offset` cycles ahead, modulo 2^64.
  public func shifted(by offset: UInt64) -> ClockLine { ClockLine(origin: origin &+ offset, rate: rate) }

  /// The same rate the other way round.
  public var cycleRate: CycleRate {
    CycleRate(cyclesPerNanosecond: scaledQuotient(1 << 32, by: rate) &+ 1)
  }
}

/// How many cycles a duration takes, never too few.
public struct CycleRate: Sendable, BitwiseCopyable {
  /// Cycles per nanosecond, times 2^32, rounded up.
  @usableFromInline let cyclesPerNanosecond: UInt64

  init(cyclesPerNanosecond: UInt64) { self.cyclesPerNanosecond = cyclesPerNanosecond }

  /// After so many cycles a line of this rate that stood at any point of nanosecond t has reached t + `duration`;
  /// at most two cycles and 2^-30 of the duration more than that takes. `max` when they do not fit.
  @inlinable @inline(__always)
  public func cycles(in duration: Duration) -> UInt64 {
    let product = duration.nanoseconds.multipliedFullWidth(by: cyclesPerNanosecond)
    return product.high >> 32 != 0 ? .max : (product.high << 32 | product.low >> 32) &+ 1
  }
}

/// `numerator` * 2^32 / `denominator`, rounded down, in two digits of 16 bits: a division of 128 bits would need a
/// library that the image does not have.
///
/// - Parameters:
///   - numerator: such that the result fits.
///   - denominator: 1 to 2^48.
func scaledQuotient(_ numerator: UInt64, by denominator: UInt64) -> UInt64 {
  precondition(denominator > 0 && denominator <= 1 << 48, "no denominator of a rate")
  var (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
  for _ in 0..<2 {
    let digit = (remainder << 16).quotientAndRemainder(dividingBy: denominator)
    quotient = quotient << 16 | digit.quotient
    remainder = digit.remainder
  }
  return quotient
}
