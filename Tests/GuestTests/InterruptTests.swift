import Buffers
import Machine
import Scheduling
import Streams
import Timing

/// Interrupts, timers and sleep on the real controller.
enum InterruptTests {
  static let timerSource = 0
  /// How late a timer may be: the machine may be stopped by its host for this long.
  static let window = Duration.milliseconds(250)
  /// How late it may be when an instruction takes one nanosecond and the host's time does not count.
  static let exactWindow = Duration.microseconds(1)

  static func timerFiresInItsWindowAndNeverEarly(
    _ core: inout Core, _ report: inout TestReport, window: Duration = window
  ) {
    var worst: UInt64 = 0
    let delays: InlineArray<7, UInt64> = [1, 10, 50, 100, 1_000, 5_000, 20_000]
    for index in 0..<delays.count {
      let now = core.now
      let deadline = now + .microseconds(delays[index])
      core.arm(for: deadline)
      while core.pendingSources == 0 { core.haltUnlessPending() }
      let fired = core.take(source: timerSource)
      report.expect(fired >= deadline, "the timer fired early, by ns", deadline.since(fired).nanoseconds)
      report.expect(
        fired.since(deadline) < window, "the timer fired late, by ns", fired.since(deadline).nanoseconds)
      worst = max(worst, fired.since(deadline).nanoseconds)
    }
    report.note("latest timer, ns late", worst)
  }

  static func aDisarmedTimerStaysSilent(_ core: inout Core, _ report: inout TestReport) {
    let start = core.now
    core.arm(for: start + .milliseconds(2))
    core.arm(for: .never)
    spin(for: .milliseconds(6), &core)
    report.expect(core.pendingSources == 0, "a disarmed timer marked", core.pendingSources)
  }

  static func aMaskedLineMarksNothing(_ core: inout Core, _ report: inout TestReport) {
    let source = 21
    InputOutputAPIC.route(line: IntervalLine.line, to: source)
    core.setControl(ofSource: source, .line(IntervalLine.line))
    for round in 0..<4 {
      let isMasked = round.isMultiple(of: 2)
      core.setMask(isMasked, source: source)
      IntervalLine.fire(afterMicroseconds: 200)
      spin(for: .milliseconds(2), &core)
      let isMarked = core.pendingSources & 1 << UInt64(source) != 0
      report.expect(isMarked != isMasked, isMasked ? "a masked line marked" : "an edge was lost")
      if isMarked { _ = core.take(source: source) }
    }
  }

  static func interruptsAreServedByPriority(
    _ core: inout Core, _ report: inout TestReport, in arena: inout Arena
  ) {
    guard var queue = try? InterruptQueue(in: &arena) else { return report.expect(false, "no memory") }
    queue.register(source: 10, priority: 3)
    queue.register(source: 11, priority: 1)
    queue.register(source: 12, priority: 2)
    raise(10, &core)
    raise(12, &core)
    raise(11, &core)
    var marks = core.pendingSources
    while marks != 0 {
      let source = marks.trailingZeroBitCount
      queue.mark(source, at: core.take(source: source))
      marks &= marks &- 1
    }
    let order: InlineArray<3, Int> = [11, 12, 10]
    for index in 0..<order.count {
      let selected = queue.select(.max) ?? 99
      report.expect(selected == order[index], "served out of order: source", UInt64(selected))
    }
    report.expect(core.pendingSources == 0, "a mark was left", core.pendingSources)
  }

  /// The stamp is that of the first mark since the source was taken, however often it is marked.
  static func theStampIsOfTheFirstMark(_ core: inout Core, _ report: inout TestReport) {
    let before = core.now
    raise(20, &core)
    let between = core.now
    spin(for: .microseconds(200), &core)
    raise(20, &core)
    let stamp = core.take(source: 20)
    report.expect(
      stamp >= before && stamp <= between, "the stamp is not of the first mark", stamp.nanoseconds)
    raise(20, &core)
    report.expect(core.take(source: 20) > between, "the stamp is stale")
  }

  /// Two words are in the place of a device's registers: what it says why it interrupts stays, as if it said so anew
  /// each time.
  ///
  /// A cause that comes behind the look at them must not keep the line up: whatever is read, the own cause is
  /// acknowledged, and all are when there is another one.
  static func everyCauseIsAcknowledged(
    _ core: inout Core, _ report: inout TestReport, in arena: inout Arena
  ) {
    let (source, otherSource) = (22, 23)
    guard let words = unsafe try? arena.carve(byteCount: 8, alignment: 8) else {
      return report.expect(false, "no memory")
    }
    let address = UInt(bitPattern: words)
    // SAFETY: the two words are carved for these registers, here and below.
    let status = unsafe Register<UInt32>(address: address)
    let acknowledge = unsafe Register<UInt32>(address: address + 4)
    let acknowledgement = unsafe InterruptAcknowledgement(
      status: address, acknowledge: address + 4, ownCause: 1, otherCause: 2, otherSource: otherSource)
    // No controller has that input.
    core.setControl(ofSource: source, .device(input: .max, acknowledgement))
    for causes in 0..<UInt32(8) {
      status.store(causes)
      acknowledge.store(0)
      raise(source, &core)
      _ = core.take(source: source)
      let expected = causes & ~1 == 0 ? 1 : causes | 0b11
      report.expect(
        acknowledge.load() == expected, "other causes are acknowledged than stand", UInt64(causes))
      let isMarked = core.pendingSources & 1 << UInt64(otherSource) != 0
      report.expect(isMarked == (causes & 2 != 0), "the other source's mark is wrong", UInt64(causes))
      if isMarked { _ = core.take(source: otherSource) }
    }
    core.setControl(ofSource: source, .none)
  }

  /// Sleeps 10,000 times with an alarm so near that it often comes before the halt: none may be slept through.
  static func sleepLosesNoWakeUp(_ core: inout Core, _ report: inout TestReport) {
    var state: UInt64 = 88_172_645_463_325_252
    var lost: UInt64 = 0
    for _ in 0..<10_000 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let now = core.now
      core.arm(for: now + .nanoseconds(state % 3_000))
      core.haltUnlessPending()
      if core.pendingSources & 1 == 0 { lost += 1 }
      while core.pendingSources & 1 == 0 { core.haltUnlessPending() }
      _ = core.take(source: timerSource)
    }
    report.expect(lost == 0, "woke without a mark", lost)
  }

  /// Lets time pass without sleeping.
  static func spin(for duration: Duration, _ core: inout Core) {
    let end = core.now + duration
    while core.now < end {}
  }

  private static func raise(_ source: Int, _ core: inout Core) {
    let bit: UInt64 = 1 << UInt64(source)
    LocalAPIC.raise(source: source)
    let patience = core.now + .seconds(1)
    while core.pendingSources & bit == 0 && core.now < patience {}
  }
}
