import Machine
import Timing

/// The clock, and what the timer is armed by.
enum ClockTests {
  /// Sleeps through `duration` in steps of about a hundredth of a second, and looks at the clock after each.
  static func theClockIsCorrectedAndNeverRunsBack(
    _ core: inout Core, _ report: inout TestReport, during duration: Duration
  ) {
    let corrections = core.clockCorrectionCount
    let end = core.now + duration
    var last = core.now
    while last < end {
      core.arm(for: last + .milliseconds(10))
      while core.pendingSources == 0 { core.haltUnlessPending() }
      let fired = core.take(source: InterruptTests.timerSource)
      report.expect(
        fired >= last, "an interrupt came before what was read before it", last.since(fired).nanoseconds)
      let now = core.now
      report.expect(now >= fired, "the clock ran back", fired.since(now).nanoseconds)
      last = now
    }
    core.arm(for: .never)
    let count = core.clockCorrectionCount - corrections
    let seconds = duration.nanoseconds / 1_000_000_000
    report.expect(
      Processor.hasInvariantTimestamps ? count == 0 : count >= seconds * 4 / 5 && count <= seconds + 1,
      "the clock was not corrected once a second, but as often as", count)
    let published = Clock.lineOfCore.instant(of: TimestampCounter.read())
    report.expect(
      published >= last && published <= core.now, "others read another clock", published.nanoseconds)
    report.note("the clock was last off by, ns", core.clockWasOff.nanoseconds)
  }

  /// At the end of a long time of readings that nothing delays, the clock agrees with the 8254 to a few of its counts
  /// of 0.8 us: by less than one in a second its frequency is not known better, and four seconds make it good.
  static func theClockAgreesWithTheReference(_ core: borrowing Core, _ report: inout TestReport) {
    report.expect(
      core.clockWasOff < .microseconds(4), "the clock is off, by ns", core.clockWasOff.nanoseconds)
  }

  /// For a machine that has them: falling back to the older ways is a failure there.
  static func theNewerWaysAreInUse(_ core: inout Core, _ report: inout TestReport) {
    report.expect(LocalAPIC.isX2APIC, "the interrupt controller is not used as x2APIC")
    report.expect(Processor.hasInvariantTimestamps, "the time stamp counter is not invariant")
    core.arm(for: core.now + .seconds(5))
    report.expect(
      LocalAPIC.timerTimestamp > TimestampCounter.read(), "the timer is not armed for a time stamp")
    core.arm(for: .never)
    report.expect(LocalAPIC.timerTimestamp == 0, "a disarmed timer keeps its time stamp")
  }
}
