/// Keeps a clock that counts cycles of unsure frequency with a reference of known frequency: readings of both go in,
/// the rate at which the clock is to go on comes out.
///
/// A reading proves only that the reference stood at its value somewhere between two time stamps. So the frequency is
/// moved no further than to the nearest one that the last two readings allow, and the clock is held for wrong only by
/// what no moment between the time stamps explains: a reading that took long changes nothing, however long. What the
/// clock is off by is made up for by running faster or slower than the frequency, by at most
/// `mostPartsPerMillion`: it never jumps and never runs backwards.
///
/// The reference's rounds are told apart by the frequency known so far. When the gap is too long for that, the
/// reference is taken up again from where the clock is: what went wrong in between stays. A frequency that itself
/// changes by more than half a round in a gap (27 ms in a second, 2.7 %) is mistaken for another. Context: reactor.
public struct ClockCorrection: Sendable {
  /// How much faster or slower than its frequency a clock may run to make up for what it is off.
  public static let mostPartsPerMillion: UInt64 = 500
  /// What is made up for is spread over so long: the next reading comes after about a second, but at times much later.
  static let spreadSeconds: UInt64 = 4
  /// A reading that took longer is not used.
  public static let widestReading = Duration.milliseconds(1)
  /// How much the frequency may wander between two readings: 50 parts per million, times 2^32.
  private static let wander: UInt64 = (50 << 32) / 1_000_000

  /// The frequency as known: nanoseconds per cycle, times 2^32.
  public private(set) var rate: UInt64
  /// By how much more than the last reading explains the clock was off there.
  public private(set) var wasOff = Duration.zero
  /// How far the frequency may be off: the part of it, times 2^32.
  private var uncertainty: UInt64
  private var reference: WrappingReference
  private var last: ClockReading
  /// The clock's time at the last reading as the reference has it, rounded down.
  private var referenceTime: Instant

  /// - Parameters:
  ///   - line: the clock so far.
  ///   - uncertainty: how far its frequency may be off, in parts per million.
  ///   - frequencyHertz: of the reference.
  ///   - reading: the first one: the reference's time is what the clock says there.
  public init(
    line: ClockLine, uncertaintyPartsPerMillion uncertainty: UInt64,
    referenceFrequencyHertz frequencyHertz: UInt64,
    reading: ClockReading
  ) {
    rate = line.rate
    self.uncertainty = scaledQuotient(uncertainty, by: 1_000_000) &+ Self.wander
    reference = WrappingReference(frequencyHertz: frequencyHertz, count: reading.count)
    last = reading
    referenceTime = line.instant(of: reading.earliest &+ reading.width / 2)
  }

  /// Takes a reading and gives the rate at which the clock is to go on.
  ///
  /// A reading that took longer than `widestReading`, or comes closer to the last one than the two took, is not used:
  /// the clock goes on as it does.
  public mutating func take(_ reading: ClockReading, line: ClockLine) -> UInt64 {
    let shortest = reading.earliest &- last.latest
    let longest = reading.latest &- last.earliest
    guard duration(reading.width) < Self.widestReading, shortest < longest, shortest >= longest / 2 else {
      return line.rate
    }
    let gap = duration(reading.earliest &- last.earliest)
    last = reading
    let elapsed = reference.advance(to: reading.count, expecting: gap)
    guard isUnambiguous(gap) else {
      referenceTime = line.instant(of: reading.earliest &+ reading.width / 2)
      return rate
    }
    referenceTime = referenceTime + elapsed
    adjustRate(elapsed, shortest: shortest, longest: longest)
    return rateMakingUp(
      earliest: line.instant(of: reading.earliest), latest: line.instant(of: reading.latest))
  }

  private func duration(_ cycles: UInt64) -> Duration {
    ClockLine(origin: 0, rate: rate).duration(ofCycles: cycles)
  }

  /// Whether the frequency is known well enough to tell the rounds of the reference apart after `gap`: what it may be
  /// off by is less than a quarter of a round.
  private func isUnambiguous(_ gap: Duration) -> Bool {
    let product = gap.nanoseconds.multipliedFullWidth(by: uncertainty)
    return product.high == 0 && product.low >> 32 < reference.round.nanoseconds / 4
  }

  /// Moves the frequency to the nearest one that is possible when `elapsed` took between so many cycles.
  private mutating func adjustRate(_ elapsed: Duration, shortest: UInt64, longest: UInt64) {
    let resolution = reference.resolution.nanoseconds
    guard elapsed.nanoseconds > resolution else { return }
    let lowest = scaledQuotient(elapsed.nanoseconds &- resolution, by: longest)
    let highest = scaledQuotient(elapsed.nanoseconds &+ resolution, by: shortest) &+ 1
    rate = min(max(rate, lowest), highest)
    uncertainty = scaledQuotient(highest &- lowest, by: rate) &+ Self.wander
  }

  /// The rate that brings the clock, which stood between the two at the reading, to the reference's time.
  private mutating func rateMakingUp(earliest: Instant, latest: Instant) -> UInt64 {
    let ahead = earliest.since(referenceTime + reference.resolution)
    let behind = referenceTime.since(latest)
    wasOff = max(ahead, behind)
    let perBillion = wasOff.nanoseconds / Self.spreadSeconds
    let change = rate / 1_000 &* min(perBillion, Self.mostPartsPerMillion &* 1_000) / 1_000_000
    return ahead > .zero ? rate &- change : rate &+ change
  }
}
