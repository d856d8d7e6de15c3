import Machine
import Timing

/// Interrupts that come about when the core halts: each must end the halt, however close.
enum HaltRaces {
  private static let urgentIndex = 9
  private static let urgentSource = 50
  private static let deferredSource = 20
  /// So late that it ends no halt but one whose wake-up was lost.
  private static let backstop = Duration.seconds(2)

  /// Urgent, deferred and timer interrupts in turn, at random distances from the halt.
  static func run(
    _ core: inout Core, _ log: Ceiling<UrgentLog>, _ report: inout TestReport, count: Int
  ) {
    log.withState { log in
      log.reset()
      log.wakes[urgentIndex] = urgentSource
    }
    var random = Random(state: 88_172_645_463_325_252)
    var lost: UInt64 = 0
    for _ in 0..<count {
      let source = begin(&core, &random)
      core.haltUnlessPending()
      if !takes(source, &core) { lost += 1 }
      log.withState { $0.clear() }
    }
    core.arm(for: .never)
    report.note("halt races", UInt64(count))
    report.expect(lost == 0, "wake-ups lost", lost)
    report.expect(!isFound(&core), "a lost wake-up was not noticed")
  }

  /// The control: a halt that nothing but the backstop ends.
  private static func isFound(_ core: inout Core) -> Bool {
    core.arm(for: core.now + .milliseconds(1))
    core.haltUnlessPending()
    return takes(deferredSource, &core)
  }

  /// Starts an interrupt and gives the source that it will mark.
  private static func begin(_ core: inout Core, _ random: inout Random) -> Int {
    let delay = Duration.nanoseconds(UInt64(random.next(below: 3_000)))
    switch random.next(below: 3) {
    case 0:
      core.arm(for: core.now + delay)
      return InterruptTests.timerSource
    case 1:
      core.arm(for: core.now + backstop)
      LocalAPIC.raise(source: deferredSource)
      return deferredSource
    default:
      core.arm(for: core.now + backstop)
      LocalAPIC.raise(UrgentTests.slot(urgentIndex))
      return urgentSource
    }
  }

  /// Whether exactly this source is marked; takes all that are.
  private static func takes(_ source: Int, _ core: inout Core) -> Bool {
    let isRight = core.pendingSources == 1 << UInt64(source)
    var left = core.pendingSources
    while left != 0 {
      _ = core.take(source: left.trailingZeroBitCount)
      left &= left - 1
    }
    return isRight
  }

  /// The interval timer's line comes when the core halts or is about to.
  static func runDevice(_ core: inout Core, _ log: Ceiling<UrgentLog>, _ report: inout TestReport) {
    InputOutputAPIC.route(line: IntervalLine.line, to: UrgentTests.slot(urgentIndex))
    log.withState { log in
      log.reset()
      log.wakes[urgentIndex] = urgentSource
    }
    var random = Random(state: 0x2545_F491_4F6C_DD1D)
    var lost: UInt64 = 0
    for _ in 0..<1_000 {
      core.arm(for: core.now + backstop)
      IntervalLine.fire(afterMicroseconds: 1 + random.next(below: 40))
      InterruptTests.spin(for: .microseconds(UInt64(random.next(below: 40))), &core)
      core.haltUnlessPending()
      if !takes(urgentSource, &core) { lost += 1 }
      log.withState { $0.clear() }
    }
    core.arm(for: .never)
    report.expect(lost == 0, "wake-ups lost", lost)
  }
}
