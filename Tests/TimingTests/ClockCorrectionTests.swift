import TestSupport
import Timing
import XCTest

final class ClockCorrectionTests: XCTestCase {
  private let second: UInt64 = 1_000_000_000

  private func machine(_ random: inout SeededRandom, hertz: UInt64? = nil) -> SimulatedOscillator {
    let frequency = hertz ?? UInt64.random(in: 20_000_000...5_000_000_000, using: &random)
    return SimulatedOscillator(frequencyHertz: frequency, random: SeededRandom(seed: random.next()))
  }

  /// A frequency measured wrong, readings of which a fifth are late, gaps of one to two seconds.
  func testConvergesToTheReferenceWithoutAJump() {
    var random = SeededRandom()
    for _ in 0..<40 {
      var machine = machine(&random)
      var clock = CorrectedClock(&machine, errorPartsPerMillion: .random(in: -1_500...1_500, using: &random))
      for _ in 0..<120 {
        machine.advance(nanoseconds: .random(in: second...2 * second, using: &random))
        clock.correct(&machine)
      }
      for _ in 0..<20 {
        machine.advance(nanoseconds: .random(in: second...2 * second, using: &random))
        XCTAssertLessThan(
          abs(clock.error(machine)), 60_000, "SEED=\(random.seed) \(machine.frequencyHertz) Hz")
        clock.correct(&machine)
      }
      XCTAssertEqual(clock.violations, [], "SEED=\(random.seed)")
    }
  }

  /// The control of the test above: without a correction the same clock is far off.
  func testAnUncorrectedClockDriftsAway() {
    var random = SeededRandom()
    var machine = machine(&random)
    let clock = CorrectedClock(&machine, errorPartsPerMillion: 200)
    machine.advance(nanoseconds: 100 * second)
    XCTAssertGreaterThan(abs(clock.error(machine)), 15_000_000, "SEED=\(random.seed)")
  }

  /// With tight readings it is as close as they are: two microseconds on either side, and a count of the reference.
  func testComesAsCloseAsTheReadingsAre() {
    var random = SeededRandom()
    var machine = machine(&random, hertz: 2_600_000_000)
    var clock = CorrectedClock(&machine, errorPartsPerMillion: 900)
    for round in 0..<200 {
      machine.advance(nanoseconds: second)
      if round > 60 { XCTAssertLessThan(abs(clock.error(machine)), 15_000, "SEED=\(random.seed)") }
      clock.correct(&machine, isCalm: true)
    }
    XCTAssertEqual(clock.violations, [], "SEED=\(random.seed)")
  }

  /// The frequency itself changes, by up to 1 % at once, and what that did is made up for.
  func testFollowsAFrequencyThatSteps() {
    var random = SeededRandom()
    for _ in 0..<20 {
      var machine = machine(&random)
      var clock = CorrectedClock(&machine, errorPartsPerMillion: 0)
      for _ in 0..<3 {
        let step =
          Int64(machine.frequencyHertz) / 1_000_000 * Int64.random(in: -10_000...10_000, using: &random)
        machine.frequencyHertz = UInt64(Int64(machine.frequencyHertz) + step)
        for _ in 0..<90 {
          machine.advance(nanoseconds: second)
          clock.correct(&machine)
        }
        XCTAssertLessThan(abs(clock.error(machine)), 100_000, "SEED=\(random.seed) step of \(step) Hz")
      }
      XCTAssertEqual(clock.violations, [], "SEED=\(random.seed)")
    }
  }

  /// The reference's rounds of 55 ms are told apart after long gaps, as far as the frequency is known well enough;
  /// after longer ones the clock goes on from where it is, and never by a round more or less.
  func testAGapTooLongBeginsAnew() {
    var random = SeededRandom()
    for _ in 0..<20 {
      var machine = machine(&random)
      var clock = CorrectedClock(&machine, errorPartsPerMillion: 1_500)
      for _ in 0..<60 {
        machine.advance(nanoseconds: second)
        clock.correct(&machine, isCalm: true)
      }
      let rate = clock.correction.rate
      let before = clock.error(machine)
      machine.advance(nanoseconds: .random(in: 100 * second...1_000_000 * second, using: &random))
      let drifted = clock.error(machine)
      clock.correct(&machine, isCalm: true)
      machine.advance(nanoseconds: second)
      clock.correct(&machine, isCalm: true)
      let difference = max(rate, clock.correction.rate) - min(rate, clock.correction.rate)
      XCTAssertLessThan(difference, rate / 50_000, "SEED=\(random.seed): the frequency changed by the gap")
      let expected = max(abs(before), abs(drifted)) + 20_000
      XCTAssertLessThan(abs(clock.error(machine)), expected, "SEED=\(random.seed)")
      XCTAssertEqual(clock.violations, [], "SEED=\(random.seed)")
    }
  }

  /// A frequency known only to 2,000 parts per million tells rounds apart for 6 s and not for 20 s: there, taking the
  /// nearest round would be wrong.
  func testAnUnsureFrequencyIsNotTrustedForLong() {
    var random = SeededRandom()
    var machine = machine(&random)
    var clock = CorrectedClock(&machine, errorPartsPerMillion: 1_900)
    machine.advance(nanoseconds: 20 * second)
    let rate = clock.correction.rate
    clock.correct(&machine, isCalm: true)
    XCTAssertEqual(clock.correction.rate, rate, "SEED=\(random.seed)")
    machine.advance(nanoseconds: second)
    clock.correct(&machine, isCalm: true)
    XCTAssertNotEqual(clock.correction.rate, rate, "SEED=\(random.seed)")
  }

  /// A reading of 0.9 ms leaves the frequency as unsure as that, so the rounds are not told apart after a minute.
  func testALooseReadingMakesTheFrequencyUnsure() {
    let random = SeededRandom()
    for wide in [true, false] {
      var machine = SimulatedOscillator(frequencyHertz: 1_000_000_000, random: random)
      var clock = CorrectedClock(&machine, errorPartsPerMillion: 400, allowance: 500)
      machine.advance(nanoseconds: second)
      var correction = clock.correction
      let tight = machine.reading(isCalm: true)
      let reading = ClockReading(
        earliest: tight.earliest - (wide ? 450_000 : 0), latest: tight.latest + (wide ? 450_000 : 0),
        count: tight.count)
      clock.change(
        to: ClockLine(
          continuing: clock.line, at: machine.timestamp, rate: correction.take(reading, line: clock.line)),
        at: machine.timestamp)
      if wide { XCTAssertEqual(correction.rate, clock.correction.rate, "SEED=\(random.seed)") }
      let rate = correction.rate
      machine.advance(nanoseconds: 60 * second)
      _ = correction.take(machine.reading(isCalm: true), line: clock.line)
      let trueRate = ClockLine(origin: 0, frequencyHertz: 1_000_000_000).rate
      let off = max(trueRate, correction.rate) - min(trueRate, correction.rate)
      if wide {
        XCTAssertEqual(correction.rate, rate, "SEED=\(random.seed)")
      } else {
        XCTAssertLessThan(off, trueRate / 1_000_000, "SEED=\(random.seed)")
      }
    }
  }

  /// The checks of the corrected clock see a clock that is set instead of slewed, and one that runs back.
  func testAJumpIsSeen() {
    var random = SeededRandom()
    for ahead in [true, false] {
      var machine = machine(&random)
      var clock = CorrectedClock(&machine, errorPartsPerMillion: 0)
      machine.advance(nanoseconds: second)
      let thousand = ClockLine(origin: 0, rate: clock.line.rate).cycleRate.cycles(in: .microseconds(1))
      let origin = ahead ? clock.line.origin &- thousand : clock.line.origin &+ thousand
      clock.change(to: ClockLine(origin: origin, rate: clock.line.rate), at: machine.timestamp)
      XCTAssertEqual(clock.violations.count, 1, "SEED=\(random.seed)")
    }
    var machine = machine(&random)
    var clock = CorrectedClock(&machine, errorPartsPerMillion: 0)
    machine.advance(nanoseconds: second)
    let fast = ClockLine(
      continuing: clock.line, at: machine.timestamp, rate: clock.line.rate + clock.line.rate / 1_000)
    clock.change(to: fast, at: machine.timestamp)
    XCTAssertEqual(clock.violations.count, 1, "SEED=\(random.seed)")
  }

  /// Readings that come too close together, or took too long, change nothing.
  func testAUselessReadingIsNotUsed() {
    var random = SeededRandom()
    var machine = machine(&random)
    var clock = CorrectedClock(&machine, errorPartsPerMillion: 1_000)
    let line = clock.line
    let first = machine.reading(isCalm: true)
    let wide = ClockReading(
      earliest: first.earliest, latest: first.latest + machine.frequencyHertz, count: first.count)
    machine.advance(nanoseconds: 10)
    var correction = clock.correction
    XCTAssertEqual(correction.take(wide, line: line), line.rate, "SEED=\(random.seed)")
    XCTAssertEqual(correction.take(wide, line: line), line.rate, "SEED=\(random.seed)")
    machine.advance(nanoseconds: second)
    clock.correct(&machine, isCalm: true)
    XCTAssertNotEqual(clock.line.rate, line.rate, "SEED=\(random.seed)")
  }
}
