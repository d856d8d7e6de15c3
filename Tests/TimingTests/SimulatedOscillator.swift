import TestSupport
import Timing

/// A machine's two counters in true time, in picoseconds: a time stamp counter whose frequency may change, and a
/// reference that counts at its own and wraps. Reading one takes time, now and then very much.
struct SimulatedOscillator {
  static let referenceFrequencyHertz: UInt64 = 1_193_182
  private static let second: Int128 = 1_000_000_000_000

  private(set) var now: Int128 = 0
  private var cycles: Int128 = 0
  /// Of the time stamp counter.
  var frequencyHertz: UInt64
  private var random: SeededRandom

  init(frequencyHertz: UInt64, random: SeededRandom) {
    self.frequencyHertz = frequencyHertz
    self.random = random
  }

  var trueNanoseconds: Int128 { now / 1_000 }
  var timestamp: UInt64 { UInt64(cycles / Self.second) }

  mutating func advance(nanoseconds: UInt64) {
    now += Int128(nanoseconds) * 1_000
    cycles += Int128(nanoseconds) * 1_000 * Int128(frequencyHertz)
  }

  /// One reading: some 2 us, and one in ten up to 50 ms longer on either side of the reference.
  mutating func reading(isCalm: Bool = false) -> ClockReading {
    let earliest = timestamp
    wait(isCalm)
    let count = UInt16(
      truncatingIfNeeded: now * Int128(Self.referenceFrequencyHertz) / Self.second)
    wait(isCalm)
    return ClockReading(earliest: earliest, latest: timestamp, count: count)
  }

  private mutating func wait(_ isCalm: Bool) {
    let isLost = !isCalm && UInt64.random(in: 0..<10, using: &random) == 0
    advance(nanoseconds: UInt64.random(in: 100...(isLost ? 50_000_000 : 2_000), using: &random))
  }
}
