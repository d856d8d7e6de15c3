import Buffers
import Machine
import Scheduling
import Timing

/// Urgent interrupts on the real controller: levels, ceilings, and their limits.
enum UrgentTests {
  /// These two slots are limited; every other one is not.
  static let stormSlot = UrgentSlot(.lowest, 3)
  static let pacedSlot = UrgentSlot(.lowest, 2)
  static let stormSource = 40
  static let pacedSource = 41
  static let stormBurst = 5
  /// Longer than any test run: a storm's tokens do not come back.
  private static let stormPeriod = Duration.seconds(100_000)
  private static let pacedPeriod = Duration.milliseconds(2)

  /// The slot of a number, 0 to 15, the first of the lowest level first.
  static func slot(_ index: Int) -> UrgentSlot {
    let levels: InlineArray<4, UrgentLevel> = [.lowest, .low, .high, .highest]
    return UrgentSlot(levels[index / 4], index % 4)
  }

  /// Slots without a limit, a bit each.
  static let unlimited: UInt32 = 0xFFF3

  static func run(
    _ report: inout TestReport, _ core: inout Core, in arena: inout Arena, burstCount: Int = 10_000,
    raceCount: Int = 100_000
  ) {
    guard let log = registerAll(&core, in: &arena) else {
      return report.expect(false, "the arena is too small")
    }
    report.run("an urgent interrupt runs its task at once") { runsAtOnce(&core, log, &$0) }
    report.run("an urgent task preempts a long loop") { preemptsALongLoop(&core, log, &$0) }
    report.run("a higher level comes in between, on the same stack") { comesInBetween(&core, log, &$0) }
    report.run("an equal or lower level waits") { waits(&core, log, &$0) }
    report.run("an urgent task marks a source, with the interrupt's time") { marks(&core, log, &$0) }
    report.run("a ceiling section keeps its sharers out until it ends") { keepsOut(&core, log, &$0) }
    report.run("a ceiling section keeps out no level above") { keepsOutNoMore(&core, in: &arena, log, &$0) }
    report.run("nested ceiling sections keep the highest") { nestedSections(&core, in: &arena, log, &$0) }
    report.run("a ceiling section gives and throws") { givesAndThrows(in: &arena, &$0) }
    report.run("a storm is demoted and counted, and starves nobody") { storm(&core, &$0) }
    report.run("an interrupt that keeps to its limit is not demoted") { paced(&core, &$0) }
    report.run("random bursts are served in order") {
      UrgentBursts.run(&core, log, &$0, count: burstCount, in: &arena)
    }
    report.run("halt races lose no wake-up") { HaltRaces.run(&core, log, &$0, count: raceCount) }
    report.run("1,000 urgent interrupts of a device end a halt") { HaltRaces.runDevice(&core, log, &$0) }
  }

  /// Registers a recorder at each of `slots`, a bit each.
  static func registerAll(
    _ core: inout Core, _ slots: UInt32 = .max, in arena: inout Arena
  ) -> Ceiling<UrgentLog>? {
    do throws(ArenaError) {
      let log = try Ceiling(UrgentLog(), level: .highest, in: &arena)
      for index in 0..<16 where slots >> UInt32(index) & 1 != 0 {
        let task = UrgentRecorder(slot: slot(index), index: index, log: log)
        try core.register(task, at: slot(index), limit: limit(index), in: &arena)
      }
      return log
    } catch {
      return nil
    }
  }

  private static func limit(_ index: Int) -> UrgentLimit {
    if index == 3 { return UrgentLimit(burst: stormBurst, per: stormPeriod, demotingTo: stormSource) }
    if index == 2 { return UrgentLimit(burst: 1, per: pacedPeriod, demotingTo: pacedSource) }
    return .none
  }

  /// Waits until a slot has run `count` times since boot, for a second at most.
  static func wait(for count: UInt64, runsOf index: Int, _ core: borrowing Core, _ log: Ceiling<UrgentLog>) {
    let end = core.now + .seconds(1)
    while core.now < end, log.withState({ $0.runs[index] }) < count {}
  }

  static func runs(_ index: Int, _ log: Ceiling<UrgentLog>) -> UInt64 { log.withState { $0.runs[index] } }
}

// MARK: - Levels

extension UrgentTests {
  private static func runsAtOnce(_ core: inout Core, _ log: Ceiling<UrgentLog>, _ report: inout TestReport) {
    for index in 0..<16 where unlimited >> UInt32(index) & 1 != 0 {
      log.withState { $0.reset() }
      let before = runs(index, log)
      LocalAPIC.raise(slot(index))
      wait(for: before + 1, runsOf: index, core, log)
      report.expect(runs(index, log) == before + 1, "the task did not run once: slot", UInt64(index))
      report.expect(core.counts(of: slot(index)).run == before + 1, "not counted: slot", UInt64(index))
      report.expect(log.withState { $0.count } == 2, "another task ran: slot", UInt64(index))
    }
    report.expect(core.pendingSources == 0, "a source was marked", core.pendingSources)
  }

  /// The loop asks for nothing and yields to nobody; the interval timer's line is the interrupt.
  private static func preemptsALongLoop(
    _ core: inout Core, _ log: Ceiling<UrgentLog>, _ report: inout TestReport
  ) {
    let index = 8
    let before = runs(index, log)
    InputOutputAPIC.route(line: IntervalLine.line, to: slot(index))
    IntervalLine.fire(afterMicroseconds: 500)
    let start = TimestampCounter.read()
    let end = start &+ core.clock.timestampFrequencyHertz / 20
    var turns: UInt64 = 0
    while TimestampCounter.read() < end { turns &+= 1 }
    report.expect(runs(index, log) == before + 1, "runs during the loop", runs(index, log) - before)
    let began = log.withState { $0.began[index] }
    report.expect(began > start && began < end, "it did not run during the loop")
  }

  /// low runs, highest comes in between, lowest waits.
  private static func comesInBetween(
    _ core: inout Core, _ log: Ceiling<UrgentLog>, _ report: inout TestReport
  ) {
    log.withState { log in
      log.reset()
      log.script[4] = [12, 0]
      log.script[12] = [8, 13]
    }
    let before = runs(0, log)
    LocalAPIC.raise(slot(4))
    wait(for: before + 1, runsOf: 0, core, log)
    let order: InlineArray<10, Int> = [8, 24, 25, 26, 27, 16, 17, 9, 0, 1]
    expect(order, log, &report)
    log.withState { log in
      let distance = log.stacks[4] &- log.stacks[12]
      report.expect(distance > 0 && distance < 2_048, "not on the same stack: bytes", UInt64(distance))
      report.expect(log.stacks[12] == log.stacks[13], "the stack was not given back")
    }
  }

  private static func waits(_ core: inout Core, _ log: Ceiling<UrgentLog>, _ report: inout TestReport) {
    log.withState { log in
      log.reset()
      log.script[9] = [10, 5]
    }
    let before = runs(5, log)
    LocalAPIC.raise(slot(9))
    wait(for: before + 1, runsOf: 5, core, log)
    let order: InlineArray<6, Int> = [18, 19, 20, 21, 10, 11]
    expect(order, log, &report)
  }

  private static func expect<let count: Int>(
    _ order: InlineArray<count, Int>, _ log: Ceiling<UrgentLog>, _ report: inout TestReport
  ) {
    log.withState { log in
      report.expect(log.count == count, "beginnings and ends", UInt64(log.count))
      for index in 0..<count where index < log.count {
        report.expect(
          Int(log.entries[index]) == order[index], "out of order: entry", UInt64(log.entries[index]))
      }
      report.expect(log.missed == 0, "a higher level did not come in between", log.missed)
    }
  }

  private static func marks(_ core: inout Core, _ log: Ceiling<UrgentLog>, _ report: inout TestReport) {
    log.withState { log in
      log.reset()
      log.wakes[15] = 50
    }
    let count = runs(15, log)
    let before = core.now
    LocalAPIC.raise(slot(15))
    wait(for: count + 1, runsOf: 15, core, log)
    report.expect(core.pendingSources == 1 << 50, "marked", core.pendingSources)
    let between = core.now
    LocalAPIC.raise(slot(15))
    InterruptTests.spin(for: .microseconds(200), &core)
    let stamp = core.take(source: 50)
    report.expect(
      stamp >= before && stamp <= between, "the stamp is not of the first mark", stamp.nanoseconds)
    report.expect(core.pendingSources == 0, "a mark was left", core.pendingSources)
  }
}
