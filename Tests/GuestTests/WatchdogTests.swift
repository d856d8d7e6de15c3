import Machine
import Timing

/// A core that turns is left alone by its watchdog, and an idle one sleeps. Time is the instruction count.
enum WatchdogTests {
  private static let timerSource = InterruptTests.timerSource
  /// Long beside what a line of the report takes on a real port.
  private static let period = Duration.milliseconds(20)
  private static let lineSource = 20

  static func run(_ report: inout TestReport, _ core: inout Core) {
    core.startWatchdog(period: period)
    report.run("a busy core that turns is left alone") { staysQuiet(&core, &$0) }
    report.run("an idle core is woken once and then left asleep") { leavesAsleep(&core, &$0) }
    report.run("a core that was left asleep is watched when it wakes") { watchesAgain(&core, &$0) }
    report.run("a far deadline is met, in steps of the period") { meetsFarDeadlines(&core, &$0) }
    report.run("a deadline that is taken back leaves the watchdog") { outlivesADeadline(&core, &$0) }
    report.run("a timer that is set while its mark stands is no hang") { setsItTwice(&core, &$0) }
    report.run("a mark tells where it interrupted") { tellsThePlace(&core, &$0) }
  }

  /// Busy for ten periods, and each turn just short of one.
  private static func staysQuiet(_ core: inout Core, _ report: inout TestReport) {
    var fired = 0
    for _ in 0..<12 {
      InterruptTests.spin(for: .milliseconds(16), &core)
      fired += take(&core) ? 1 : 0
    }
    report.expect(fired >= 5, "the timer did not go on: fired", UInt64(fired))
  }

  private static func leavesAsleep(_ core: inout Core, _ report: inout TestReport) {
    InputOutputAPIC.route(line: IntervalLine.line, to: lineSource)
    IntervalLine.fire(afterMicroseconds: 50_000)
    var wakes: UInt64 = 0
    while core.pendingSources & 1 << UInt64(lineSource) == 0 {
      _ = core.sleep(until: .never)
      wakes += 1
      _ = take(&core)
    }
    report.expect(wakes <= 2, "woken in two and a half periods", wakes)
    _ = core.take(source: lineSource)
  }

  private static func watchesAgain(_ core: inout Core, _ report: inout TestReport) {
    report.expect(core.pendingSources == 0, "a mark was left", core.pendingSources)
    InterruptTests.spin(for: .milliseconds(22), &core)
    report.expect(take(&core), "the watchdog does not count")
  }

  private static func meetsFarDeadlines(_ core: inout Core, _ report: inout TestReport) {
    let deadline = core.now + .milliseconds(92)
    var wakes: UInt64 = 0
    while core.now < deadline {
      _ = core.sleep(until: deadline)
      wakes += 1
      _ = take(&core)
    }
    report.expect(wakes <= 6, "woken in less than five periods", wakes)
    report.expect(
      core.now.since(deadline) < .microseconds(10), "late, by ns", core.now.since(deadline).nanoseconds)
  }

  private static func outlivesADeadline(_ core: inout Core, _ report: inout TestReport) {
    core.arm(for: core.now + .milliseconds(1))
    core.arm(for: .never)
    InterruptTests.spin(for: .milliseconds(2), &core)
    report.expect(core.pendingSources == 0, "a disarmed timer marked", core.pendingSources)
    InterruptTests.spin(for: .milliseconds(20), &core)
    report.expect(take(&core), "the watchdog does not count")
  }

  /// As a reactor does that looks at the marks, and then goes to sleep while the timer fires.
  private static func setsItTwice(_ core: inout Core, _ report: inout TestReport) {
    core.arm(for: core.now + .microseconds(50))
    InterruptTests.spin(for: .microseconds(100), &core)
    core.arm(for: core.now + .microseconds(50))
    InterruptTests.spin(for: .microseconds(100), &core)
    report.expect(take(&core), "the timer did not fire")
    InterruptTests.spin(for: .milliseconds(22), &core)
    report.expect(take(&core), "the watchdog does not count")
  }

  private static func tellsThePlace(_ core: inout Core, _ report: inout TestReport) {
    LocalAPIC.raise(source: lineSource)
    InterruptTests.spin(for: .microseconds(10), &core)
    let place = core.interruptedAddress
    report.expect(
      place >= Image.start && place < Image.textEnd, "the place is not in the image", UInt64(place))
    _ = core.take(source: lineSource)
  }

  /// Takes the timer's mark, if it stands.
  private static func take(_ core: inout Core) -> Bool {
    guard core.pendingSources & 1 << UInt64(timerSource) != 0 else { return false }
    _ = core.take(source: timerSource)
    return true
  }
}
