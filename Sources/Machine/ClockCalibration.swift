import Timing
import Tracing

/// How fast the time stamp counter runs, measured against the 8254, and the APIC timer, against both.
///
/// Under emulation a core can lose its processor between two reads, which makes any single interval too long. So
/// each end of the interval is the *tightest* of several brackets: the 8254 is read between two reads of the time
/// stamp counter, and the bracket whose two reads lie closest bounds the error. Context: boot.
struct ClockCalibration {
  let timestampFrequencyHertz: UInt64
  /// How far that may be off.
  let uncertaintyPartsPerMillion: UInt64
  /// Counts of the APIC timer per cycle of the time stamp counter, times 2^32: what a deadline is armed by, so that it
  /// is right by the clock that was corrected.
  let apicCountsPerCycle: UInt64

  /// What one bracket saw at one moment.
  private struct Sample {
    /// At which the APIC timer was read; the 8254 was, within the next `width` cycles.
    var timestamp: UInt64
    var apicCount: UInt32
    var timerCount: UInt16
    var width: UInt64
  }

  private static let bracketCount = 16
  /// How long is measured, in counts of the 8254: about 5 ms. Must stay below its 55 ms round.
  private static let intervalCounts: UInt16 = 5966
  /// How often the 8254 is asked before it is taken for absent.
  private static let patience = 1_000_000

  init() {
    IntervalTimer.start()
    LocalAPIC.startTimer(count: .max)
    let start = Self.tightestSample()
    var attempts = 0
    while start.timerCount &- IntervalTimer.read() < Self.intervalCounts {
      attempts += 1
      if attempts == Self.patience {
        Machine.stop {
          $0.write("the 8254 interval timer does not count, and no other clock is known by its rate: ")
          $0.write("give the machine one, as pit=on does with QEMU's microvm")
        }
      }
    }
    let end = Self.tightestSample()
    LocalAPIC.startTimer(count: 0)
    let counts = UInt64(start.timerCount &- end.timerCount)
    let cycles = end.timestamp - start.timestamp
    timestampFrequencyHertz =
      (cycles + end.width / 2 - start.width / 2) * IntervalTimer.frequencyHertz / counts
    uncertaintyPartsPerMillion =
      (start.width + end.width) * 1_000_000 / cycles + 2 * 1_000_000 / UInt64(Self.intervalCounts)
    apicCountsPerCycle = (UInt64(start.apicCount - end.apicCount) << 32) / cycles
  }

  private static func tightestSample() -> Sample {
    var best = Sample(timestamp: 0, apicCount: 0, timerCount: 0, width: .max)
    for _ in 0..<bracketCount {
      let before = TimestampCounter.read()
      let apicCount = LocalAPIC.timerCount
      let timerCount = IntervalTimer.read()
      let width = TimestampCounter.read() - before
      if width < best.width {
        best = Sample(timestamp: before, apicCount: apicCount, timerCount: timerCount, width: width)
      }
    }
    return best
  }
}
