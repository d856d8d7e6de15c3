import Buffers
import Machine
import Reactors
import Timing

/// Cores that are held up are noticed by the first one, which goes on with the others.
enum WatchTests {
  /// How the tests are run.
  struct Terms {
    var coreCount: Int
    var period: Duration
    /// How long cores are under load with nothing wrong.
    var load: Duration
    /// Time is the instruction count, and so no host takes a processor away: everything is noticed in time.
    var isExact: Bool

    /// How long a core is held up.
    var hold: Duration { quarters(isExact ? 16 : 64) }

    func quarters(_ count: UInt64) -> Duration { Duration(nanoseconds: period.nanoseconds * count / 4) }
  }

  static func run(_ report: inout TestReport, _ core: inout Core, _ terms: Terms, in arena: inout Arena) {
    var scene: WatchScene?
    report.run("the other cores are started") { report in
      scene = WatchScene.started(coreCount: terms.coreCount, period: terms.period, &core, in: &arena)
      report.expect(scene != nil && Processors.coreCount == terms.coreCount, "they do not run")
    }
    guard var scene = scene.take() else { return }
    let victim = terms.coreCount - 1
    report.run("cores under load are left alone") { underLoad(&scene, &core, terms, &$0) }
    report.run("idle cores are left alone") { idle(&scene, &core, terms, &$0) }
    report.run("a task that does not return is noticed, and when it does") {
      heldUp(.spin, victim, &scene, &core, terms, &$0)
    }
    report.run("a core with its interrupts off is noticed, and when it turns again") {
      heldUp(.spinSilently, victim, &scene, &core, terms, &$0)
    }
    report.run("the report of a core's own watchdog is enough") {
      reported(victim, &scene, &core, terms, &$0)
    }
    report.run("all cores but one hang, and that one goes on") { allButOne(&scene, &core, terms, &$0) }
  }

  private static func underLoad(
    _ scene: inout WatchScene, _ core: inout Core, _ terms: Terms, _ report: inout TestReport
  ) {
    expectNothing(scene.exchange(until: core.now + terms.load, &core), &report)
    for number in 1..<terms.coreCount {
      let count = scene.receivedCounts[number]
      report.note("messages", count)
      report.expect(count >= 100, "messages", count)
    }
    expectNoReport(scene, terms, &report)
  }

  private static func idle(
    _ scene: inout WatchScene, _ core: inout Core, _ terms: Terms, _ report: inout TestReport
  ) {
    expectNothing(scene.idle(until: core.now + terms.quarters(40), &core), &report)
    expectNoReport(scene, terms, &report)
  }

  /// A host may take a processor away in the moment between a mark of the timer and the next look at it, for longer than
  /// the period: its watchdog reports then, and the watch has to know better.
  private static func expectNoReport(
    _ scene: borrowing WatchScene, _ terms: Terms, _ report: inout TestReport
  ) {
    let count = scene.reportCount
    if terms.isExact { report.expect(count == 0, "reports of watchdogs", count) }
  }

  private static func expectNothing(_ event: CoreEvent?, _ report: inout TestReport) {
    report.expect(event == nil, "a core that turns was noticed:", UInt64(event?.core ?? 0))
  }

  private static func heldUp(
    _ kind: HoldUp.Kind, _ victim: Int, _ scene: inout WatchScene, _ core: inout Core, _ terms: Terms,
    _ report: inout TestReport
  ) {
    settle(&scene, &core, terms)
    let start = core.now
    hold(victim, kind, &scene, terms)
    let event = scene.exchange(until: start + terms.quarters(terms.isExact ? 6 : 80), &core)
    expectHung(event, victim, since: start, core, terms, &report)
    report.expect(Processors.isHung(core: victim), "it is not said to hang")
    report.expect(!Processors.isVital(core: victim), "it is said to be vital")
    expectRecovered(victim, since: start, &scene, &core, terms, &report)
  }

  private static func expectRecovered(
    _ victim: Int, since start: Instant, _ scene: inout WatchScene, _ core: inout Core, _ terms: Terms,
    _ report: inout TestReport
  ) {
    let before = scene.receivedCounts
    let event = scene.exchange(until: core.now + terms.quarters(80), &core)
    guard case .recovered(let number, let duration)? = event, number == victim else {
      return report.expect(false, "it did not turn again")
    }
    report.expect(duration >= terms.hold, "held up for ns", duration.nanoseconds)
    report.expect(duration <= core.now.since(start), "held up for longer than it was", duration.nanoseconds)
    report.expect(!Processors.isHung(core: victim), "it is said to hang still")
    for number in 1..<terms.coreCount where number != victim {
      let count = scene.receivedCounts[number] - before[number]
      report.expect(count >= 10, "messages of another core meanwhile", count)
    }
  }

  private static func expectHung(
    _ event: CoreEvent?, _ victim: Int, since start: Instant, _ core: borrowing Core, _ terms: Terms,
    _ report: inout TestReport
  ) {
    guard case .hung(let hung)? = event else { return report.expect(false, "nothing was noticed") }
    report.expect(hung.core == victim, "the wrong core", UInt64(hung.core))
    report.expect(hung.task == 1, "the wrong task", UInt64(hung.task ?? 99))
    let address = hung.address ?? 0
    report.expect(address >= Image.start && address < Image.textEnd, "not in the image:", UInt64(address))
    report.expect(hung.duration >= terms.period, "too early, after ns", hung.duration.nanoseconds)
    report.note("noticed after microseconds", core.now.since(start).nanoseconds / 1_000)
  }

  private static func reported(
    _ victim: Int, _ scene: inout WatchScene, _ core: inout Core, _ terms: Terms, _ report: inout TestReport
  ) {
    settle(&scene, &core, terms)
    let start = core.now
    hold(victim, .spin, &scene, terms)
    scene.idleUntilReport(until: start + terms.quarters(terms.isExact ? 15 : 60), &core)
    let event = scene.idle(until: core.now + terms.quarters(terms.isExact ? 1 : 80), &core)
    expectHung(event, victim, since: start, core, terms, &report)
    expectRecovered(victim, since: start, &scene, &core, terms, &report)
  }

  /// All but the second, in which case there may be none.
  private static func allButOne(
    _ scene: inout WatchScene, _ core: inout Core, _ terms: Terms, _ report: inout TestReport
  ) {
    settle(&scene, &core, terms)
    let start = core.now
    for number in 2..<max(2, terms.coreCount) {
      hold(number, number % 2 == 0 ? .spinSilently : .spin, &scene, terms)
    }
    // In any order: a host may hold up their answers.
    for _ in 2..<max(2, terms.coreCount) {
      let event = scene.exchange(until: start + terms.quarters(terms.isExact ? 7 : 80), &core)
      expectHung(event, max(2, event?.core ?? 0), since: start, core, terms, &report)
    }
    for number in 2..<max(2, terms.coreCount) {
      report.expect(Processors.isHung(core: number), "not said to hang:", UInt64(number))
    }
    let end = scene.receivedCounts[1] + 10
    // Long beside what a busy host makes of an exchange, and short beside what is left of the time they are held up.
    for _ in 0..<(terms.isExact ? 1 : 20) where scene.receivedCounts[1] < end {
      expectNothing(scene.exchange(until: core.now + terms.quarters(2), &core), &report)
    }
    let count = scene.receivedCounts[1] + 10 - end
    report.expect(count >= 10, "messages of the one that goes on", count)
  }

  // MARK: - Steps

  private static func hold(
    _ number: Int, _ kind: HoldUp.Kind, _ scene: inout WatchScene, _ terms: Terms
  ) {
    scene.send(HoldUp(kind: kind, milliseconds: terms.hold.nanoseconds / 1_000_000), to: number)
  }

  /// Lets all answers come.
  private static func settle(
    _ scene: inout WatchScene, _ core: inout Core, _ terms: Terms
  ) {
    _ = scene.idle(until: core.now + terms.quarters(2), &core)
  }
}
