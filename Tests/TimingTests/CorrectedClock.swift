import Timing

/// A clock as the machine keeps it: its line, corrected by readings of a simulated machine. Checks at each correction
/// that time neither jumps nor runs back, and that it goes on at a rate it may.
struct CorrectedClock {
  private(set) var line: ClockLine
  private(set) var correction: ClockCorrection
  private(set) var violations: [String] = []

  /// A clock that starts with the machine, its frequency wrong by `error` parts per million.
  init(_ machine: inout SimulatedOscillator, errorPartsPerMillion error: Int64, allowance: UInt64 = 2_000) {
    let frequency = Int64(machine.frequencyHertz)
    let believed = UInt64(frequency + frequency / 1_000_000 * error)
    line = ClockLine(origin: machine.timestamp, frequencyHertz: believed)
    correction = ClockCorrection(
      line: line, uncertaintyPartsPerMillion: allowance,
      referenceFrequencyHertz: SimulatedOscillator.referenceFrequencyHertz,
      reading: machine.reading(isCalm: true))
  }

  /// How far the clock is ahead of true time, in nanoseconds.
  func error(_ machine: SimulatedOscillator) -> Int64 {
    Int64(line.instant(of: machine.timestamp).nanoseconds) - Int64(machine.trueNanoseconds)
  }

  /// Reads as often as the machine does, and goes on at the rate that comes of it, a little after the reading.
  mutating func correct(_ machine: inout SimulatedOscillator, isCalm: Bool = false) {
    let reading = ClockReading.tightest(of: 4) { machine.reading(isCalm: isCalm) }
    let rate = correction.take(reading, line: line)
    machine.advance(nanoseconds: 700)
    change(to: ClockLine(continuing: line, at: machine.timestamp, rate: rate), at: machine.timestamp)
  }

  mutating func change(to next: ClockLine, at timestamp: UInt64) {
    let before = line.instant(of: timestamp).nanoseconds
    let after = next.instant(of: timestamp).nanoseconds
    if after < before { violations.append("ran back by \(before - after) ns") }
    let cycle = next.rate >> 32 + 2
    if after > before + cycle { violations.append("jumped by \(after - before) ns") }
    let allowed = correction.rate / 1_000_000 * (ClockCorrection.mostPartsPerMillion + 1)
    if max(next.rate, correction.rate) - min(next.rate, correction.rate) > allowed {
      violations.append("goes on at \(next.rate), the frequency being \(correction.rate)")
    }
    line = next
  }
}
