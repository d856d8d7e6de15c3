import Buffers
import Machine
import Timing

/// Ceiling sections, and limits.
extension UrgentTests {
  private static let settling = Duration.microseconds(300)

  static func keepsOut(_ core: inout Core, _ log: Ceiling<UrgentLog>, _ report: inout TestReport) {
    log.withState { $0.reset() }
    let before = runs(14, log)
    log.withState { log in
      LocalAPIC.raise(slot(14))
      InterruptTests.spin(for: settling, &core)
      report.expect(log.count == 0, "a sharer ran inside a section", UInt64(log.count))
      report.expect(log.runs[14] == before, "a sharer ran inside a section")
    }
    // Nothing in between: it has to run at the exit.
    report.expect(core.counts(of: slot(14)).run == before + 1, "the sharer did not run at the exit")
    report.expect(runs(14, log) == before + 1, "the sharer did not run at the exit")
  }

  /// The control of the test before: what keeps the sharer out is the ceiling and nothing else.
  static func keepsOutNoMore(
    _ core: inout Core, in arena: inout Arena, _ log: Ceiling<UrgentLog>, _ report: inout TestReport
  ) {
    guard let low = made(level: .low, in: &arena) else {
      return report.expect(false, "the arena is too small")
    }
    let before = core.counts(of: slot(8)).run
    let beforeLow = core.counts(of: slot(4)).run
    low.withState { state in
      LocalAPIC.raise(slot(4))
      LocalAPIC.raise(slot(8))
      InterruptTests.spin(for: settling, &core)
      state = core.counts(of: slot(8)).run - before
      report.expect(core.counts(of: slot(4)).run == beforeLow, "a level at the ceiling ran inside")
    }
    report.expect(low.withState { $0 } == 1, "a level above the ceiling waited")
    report.expect(
      core.counts(of: slot(4)).run == beforeLow + 1, "a level at the ceiling did not run at the exit")
  }

  static func nestedSections(
    _ core: inout Core, in arena: inout Arena, _ log: Ceiling<UrgentLog>, _ report: inout TestReport
  ) {
    guard let low = made(level: .low, in: &arena), let high = made(level: .high, in: &arena) else {
      return report.expect(false, "the arena is too small")
    }
    let before = (core.counts(of: slot(4)).run, core.counts(of: slot(8)).run)
    low.withState { _ in
      high.withState { _ in
        LocalAPIC.raise(slot(4))
        LocalAPIC.raise(slot(8))
        InterruptTests.spin(for: settling, &core)
        report.expect(core.counts(of: slot(8)).run == before.1, "the inner ceiling did not hold")
      }
      report.expect(core.counts(of: slot(8)).run == before.1 + 1, "the inner section did not end")
      report.expect(core.counts(of: slot(4)).run == before.0, "the inner exit undid the outer ceiling")
    }
    report.expect(core.counts(of: slot(4)).run == before.0 + 1, "the outer section did not end")
    high.withState { _ in
      low.withState { _ in }
      LocalAPIC.raise(slot(8))
      InterruptTests.spin(for: settling, &core)
      report.expect(
        core.counts(of: slot(8)).run == before.1 + 1, "a lower inner ceiling took the outer's place")
    }
    report.expect(core.counts(of: slot(8)).run == before.1 + 2, "the outer section did not end")
  }

  static func givesAndThrows(in arena: inout Arena, _ report: inout TestReport) {
    guard let low = made(level: .low, in: &arena) else {
      return report.expect(false, "the arena is too small")
    }
    let first = low.withState { state in
      state = 7
      return state + 1
    }
    report.expect(first == 8, "what the section gives", first)
    do throws(ArenaError) {
      try low.withState { (_) throws(ArenaError) in throw .exhausted }
      report.expect(false, "nothing was thrown")
    } catch {
      // A section that was left by throwing has ended: the next is no nested one.
      report.expect(low.withState { $0 } == 7, "the state was lost")
    }
  }

  private static func made(level: UrgentLevel, in arena: inout Arena) -> Ceiling<UInt64>? {
    do throws(ArenaError) {
      return try Ceiling(0, level: level, in: &arena)
    } catch {
      return nil
    }
  }

  /// 1,000 interrupts where 5 are allowed: the rest are marks, and other sources and lower work go on.
  static func storm(_ core: inout Core, _ report: inout TestReport) {
    var served: UInt64 = 0
    for _ in 0..<1_000 {
      LocalAPIC.raise(stormSlot)
      let end = core.now + .milliseconds(100)
      served += 1
      while total(core.counts(of: stormSlot)) < served, core.now < end {}
      if served % 10 == 0, served > UInt64(stormBurst) { takeStormMark(&core, &report) }
    }
    let counts = core.counts(of: stormSlot)
    report.expect(counts.run == UInt64(stormBurst), "run in the storm", counts.run)
    report.expect(counts.demoted == 1_000 - UInt64(stormBurst), "demoted in the storm", counts.demoted)
    LocalAPIC.raise(source: 20)
    InterruptTests.spin(for: settling, &core)
    report.expect(core.pendingSources == 1 << 20, "another source was not marked", core.pendingSources)
    _ = core.take(source: 20)
  }

  private static func total(_ counts: UrgentCounts) -> UInt64 { counts.run + counts.demoted }

  private static func takeStormMark(_ core: inout Core, _ report: inout TestReport) {
    let before = core.now
    report.expect(core.pendingSources == 1 << UInt64(stormSource), "the storm marked", core.pendingSources)
    let stamp = core.take(source: stormSource)
    report.expect(stamp <= before && stamp > .zero, "the mark has no time", stamp.nanoseconds)
  }

  static func paced(_ core: inout Core, _ report: inout TestReport) {
    for _ in 0..<10 {
      LocalAPIC.raise(pacedSlot)
      InterruptTests.spin(for: .milliseconds(3), &core)
    }
    let counts = core.counts(of: pacedSlot)
    report.expect(counts.run == 10 && counts.demoted == 0, "demoted although in time", counts.demoted)
    LocalAPIC.raise(pacedSlot)
    LocalAPIC.raise(pacedSlot)
    InterruptTests.spin(for: settling, &core)
    let more = core.counts(of: pacedSlot).run
    report.expect(more <= 11, "two at once are one too many: run", more)
    if core.pendingSources != 0 { _ = core.take(source: pacedSource) }
    report.expect(core.pendingSources == 0, "a mark was left", core.pendingSources)
  }
}
