import Buffers
import Machine
import Timing

/// What interrupts and ceiling sections take in instructions, the worst of many.
enum InterruptCosts {
  private static let slot = UrgentSlot(.high, 1)
  private static let limitedSlot = UrgentSlot(.high, 0)
  /// All others that are not limited, a bit each, for the bursts.
  private static let burstSlots = UrgentTests.unlimited & ~0x300
  private static let source = 33
  private static let count = 1_000
  /// The xAPIC's interrupt command: one store, so that as little as can be of the sending is counted.
  private static var command: Register<UInt32> { unsafe Register<UInt32>(address: 0xFEE0_0300) }
  private static let toSelf: UInt32 = 0b01 << 18
  /// From the interrupt to its task.
  private static let urgentBound: UInt64 = 60
  /// The same with all that goes with sending it, in a burst.
  private static let burstBound: UInt64 = 200

  static func run(_ report: inout TestReport, _ core: inout Core, in arena: inout Arena) {
    guard let times = register(&core, in: &arena), let word = made(UInt64(0), in: &arena) else {
      return report.expect(false, "the arena is too small")
    }
    report.count("three known instructions") { report in
      let count = InstructionCount.ofThree(core)
      report.expect(count.hundredths == 300, "not counted in instructions: hundredths", count.hundredths)
      return count
    }
    report.count("sending an interrupt that is held back") { sending($0, times) }
    report.count("interrupt sent to urgent task's first instruction") { report in
      toTask(&report, times) { $0.began - $1 }
    }
    report.count("time stamp of an urgent interrupt to its task's first instruction") { report in
      toTask(&report, times) { times, _ in times.began - times.stamped }
    }
    report.count("interrupt sent, urgent task with nothing to do, and back") { _ in thereAndBack(slot) }
    report.count("interrupt sent, demoted, and back") { report in
      LocalAPIC.raise(limitedSlot)
      let result = thereAndBack(limitedSlot)
      report.expect(core.counts(of: limitedSlot).demoted == UInt64(count), "not demoted")
      return result
    }
    report.count("interrupt sent to the mark of a deferred source") { toMark(&$0, &core) }
    report.count("ceiling section around one addition") { _ in section(word) }
    report.count("ceiling section around a copy of 64 bytes") { report in
      guard let line = made(InlineArray<8, UInt64>(repeating: 1), in: &arena) else { return nil }
      return lineSection(line)
    }
    report.count("ceiling section inside a higher one, around one addition") { _ in
      times.withState { _ in section(word) }
    }
    report.count("interrupt sent to urgent task, the worst of 10,000 bursts") {
      bursts(&$0, &core, in: &arena)
    }
  }

  private static func register(_ core: inout Core, in arena: inout Arena) -> Ceiling<UrgentTimes>? {
    do throws(ArenaError) {
      let times = try Ceiling(UrgentTimes(), level: .high, in: &arena)
      try core.register(UrgentWatch(times: times), at: slot, limit: .none, in: &arena)
      let limit = UrgentLimit(burst: 1, per: .seconds(100_000), demotingTo: source)
      try core.register(UrgentWatch(times: times), at: limitedSlot, limit: limit, in: &arena)
      return times
    } catch {
      return nil
    }
  }

  private static func made<State>(_ state: State, in arena: inout Arena) -> Ceiling<State>? {
    do throws(ArenaError) {
      return try Ceiling(state, level: .low, in: &arena)
    } catch {
      return nil
    }
  }

  /// The worst of many interrupts of `vector`, which `measure` sends.
  private static func worst(
    of vector: UInt8, _ measure: (_ interrupt: UInt32) -> UInt64
  ) -> InstructionCount {
    let interrupt = toSelf | UInt32(vector)
    var worst: UInt64 = 0
    for _ in 0..<count { worst = max(worst, measure(interrupt)) }
    return InstructionCount(instructions: worst)
  }

  private static func sending(_ report: borrowing TestReport, _ times: Ceiling<UrgentTimes>)
    -> InstructionCount
  {
    worst(of: slot.vector) { interrupt in
      times.withState { _ in
        let before = TimestampCounter.read()
        command.store(interrupt)
        return TimestampCounter.read() - before
      }
    }
  }

  private static func toTask(
    _ report: inout TestReport, _ times: Ceiling<UrgentTimes>,
    _ figure: (_ times: UrgentTimes, _ before: UInt64) -> UInt64
  ) -> InstructionCount {
    let result = worst(of: slot.vector) { interrupt in
      let before = TimestampCounter.read()
      command.store(interrupt)
      return times.withState { figure($0, before) }
    }
    report.expect(result.hundredths <= 100 * urgentBound, "instructions, in hundredths", result.hundredths)
    return result
  }

  private static func thereAndBack(_ slot: UrgentSlot) -> InstructionCount {
    worst(of: slot.vector) { interrupt in
      let before = TimestampCounter.read()
      command.store(interrupt)
      return TimestampCounter.read() - before
    }
  }

  private static func toMark(_ report: inout TestReport, _ core: inout Core) -> InstructionCount {
    if core.pendingSources != 0 { _ = core.take(source: source) }
    var unseen: UInt64 = 0
    let result = worst(of: InterruptTable.vector(of: source)) { interrupt in
      let before = TimestampCounter.read()
      command.store(interrupt)
      let pending = core.pendingSources
      let after = TimestampCounter.read()
      if pending == 0 { unseen += 1 }
      _ = core.take(source: source)
      return after - before
    }
    report.expect(unseen == 0, "marks that were not there at the first look", unseen)
    return result
  }

  /// From what an urgent task sends to the higher one that comes in between.
  private static func bursts(
    _ report: inout TestReport, _ core: inout Core, in arena: inout Arena
  ) -> InstructionCount? {
    guard let log = UrgentTests.registerAll(&core, burstSlots, in: &arena) else { return nil }
    UrgentBursts.run(&core, log, &report, slots: burstSlots, in: &arena)
    let worst = log.withState { $0.worst }
    report.expect(worst > 0 && worst <= burstBound, "instructions", worst)
    return InstructionCount(instructions: worst)
  }

  private static func section(_ word: Ceiling<UInt64>) -> InstructionCount {
    InstructionCount { count in
      var left = count
      while left > 0 {
        word.withState { $0 &+= 1 }
        left &-= 1
      }
    }
  }

  private static func lineSection(_ line: Ceiling<InlineArray<8, UInt64>>) -> InstructionCount {
    var values = InlineArray<8, UInt64>(repeating: 1)
    return InstructionCount { count in
      var left = count
      while left > 0 {
        values[0] = left
        line.withState { $0 = values }
        left &-= 1
      }
    }
  }
}

/// Time stamps of an urgent task's last run.
struct UrgentTimes {
  var began: UInt64 = 0
  var stamped: UInt64 = 0
}

/// An urgent task that looks at the time and returns.
private struct UrgentWatch: UrgentTask, ~Copyable {
  static var entry: UrgentEntry<Self> { UrgentEntry { $0.run(at: $1) } }

  let times: Ceiling<UrgentTimes>

  mutating func run(_ context: inout UrgentContext) {
    let began = TimestampCounter.read()
    let stamped = context.timestamp
    times.withState(in: context) { $0 = UrgentTimes(began: began, stamped: stamped) }
  }
}
