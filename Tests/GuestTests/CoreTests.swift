import Buffers
import Machine
import Queues
import Streams
import Timing

/// Two cores: how the second is started, how their clocks agree, and how they wake each other.
enum CoreTests {
  private static let exchangeCount = 100_000
  private static let capacity = 64
  /// How often each core holds back a line of its own.
  static let maskCount = 5_000

  static func run(_ report: inout TestReport, _ core: inout Core, in arena: inout Arena) {
    report.run("a processor that is not there is left out") {
      aMissingProcessorIsLeftOut(&core, &$0, in: &arena)
    }
    var ends: CoreEnds?
    report.run("a second core is started") { report in
      ends = started(&core, in: &arena)
      report.expect(ends != nil && Processors.coreCount == 2, "it does not run")
    }
    guard var ends = ends.take() else { return }
    report.run("no message is found before it was sent, of 100,000 both ways") {
      noMessageIsFoundBeforeItWasSent(&core, &ends, &$0)
    }
    report.run("two cores hold back a line each, and neither the other's") {
      theLinesOfTwoCoresAreTheirOwn(&core, &ends, &$0)
    }
    report.run("100,000 messages with halts, both ways, lose no wake-up") {
      haltsLoseNoWakeUp(&core, &ends, &$0)
    }
  }

  /// Both use the registers of one I/O APIC, at the same time. Then this core's line still comes in, as its own source.
  private static func theLinesOfTwoCoresAreTheirOwn(
    _ core: inout Core, _ ends: inout CoreEnds, _ report: inout TestReport
  ) {
    let source = 42
    InputOutputAPIC.route(line: IntervalLine.line, to: source)
    core.setControl(ofSource: source, .line(IntervalLine.line))
    _ = ends.sender.push(CoreMessage(kind: .lines, number: 0, time: core.now))
    for _ in 0..<maskCount {
      core.setMask(true, source: source)
      core.setMask(false, source: source)
    }
    _ = ends.receive(core)
    IntervalLine.fire(afterMicroseconds: 200)
    let patience = core.now + .seconds(1)
    while core.pendingSources & 1 << UInt64(source) == 0 && core.now < patience {}
    let isMarked = core.pendingSources & 1 << UInt64(source) != 0
    report.expect(isMarked, "the line's edge did not come, and there came", core.pendingSources)
    if isMarked { _ = core.take(source: source) }
    core.setMask(true, source: source)
    core.setControl(ofSource: source, .none)
  }

  /// Starts `Partner` on the second core.
  static func started(_ core: inout Core, in arena: inout Arena) -> CoreEnds? {
    do throws(QueueError) {
      // The second core's number is known before it runs: its identifier is asked for here.
      let hook = LocalAPIC.wakeHook(source: CoreEnds.source, onProcessor: secondProcessor)
      let there = try Channel<CoreMessage>.create(
        .link, over: .vec, QueueProperties(capacity: capacity, waiting: .wake(hook)), in: &arena
      ).link()
      let ownHook = LocalAPIC.wakeHook(source: CoreEnds.source, onProcessor: LocalAPIC.identifier)
      let back = try Channel<CoreMessage>.create(
        .link, over: .vec, QueueProperties(capacity: capacity, waiting: .wake(ownHook)), in: &arena
      ).link()
      guard start(Partner(CoreEnds(back.producer, there.consumer)), &core, in: &arena) else { return nil }
      return CoreEnds(there.producer, back.consumer)
    } catch {
      return nil
    }
  }

  /// The local APIC's identifier of the second processor, as QEMU numbers them.
  static let secondProcessor: UInt8 = 1

  static func start<Program: CoreProgram & ~Copyable>(
    _ program: consuming Program, on processor: UInt8 = secondProcessor, _ core: inout Core,
    in arena: inout Arena
  ) -> Bool {
    do throws(ArenaError) {
      return try Processors.start(program, on: processor, from: &core, in: &arena) == nil
    } catch {
      return false
    }
  }

  private static func aMissingProcessorIsLeftOut(
    _ core: inout Core, _ report: inout TestReport, in arena: inout Arena
  ) {
    let before = core.now
    report.expect(!start(Idler(), on: 7, &core, in: &arena), "it was found")
    report.expect(Processors.coreCount == 1, "cores", UInt64(Processors.coreCount))
    report.expect(core.now.since(before) < .seconds(1), "it was waited for too long")
  }

  private struct Idler: CoreProgram, ~Copyable {
    static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }

    consuming func run(on core: consuming Core) -> Never {
      var core = core
      while true { core.haltUnlessPending() }
    }
  }

  // MARK: - Clocks

  private static func noMessageIsFoundBeforeItWasSent(
    _ core: inout Core, _ ends: inout CoreEnds, _ report: inout TestReport
  ) {
    let (there, back) = exchange(.time, exchangeCount, &core, &ends, &report)
    report.expect(there == 0, "found too early on the second core", there)
    report.expect(back == 0, "found too early on the first core", back)
    let (found, _) = exchange(.wrongTime, 1_000, &core, &ends, &report)
    report.expect(found == 1_000, "a clock that is late was not noticed", found)
  }

  /// Sends and receives as many messages, several on the way at a time; how many were found before they were sent, on
  /// the other core and on this one.
  private static func exchange(
    _ kind: CoreMessage.Kind, _ count: Int, _ core: inout Core, _ ends: inout CoreEnds,
    _ report: inout TestReport
  ) -> (there: UInt64, back: UInt64) {
    var (sent, received, back, there) = (0, 0, UInt64(0), UInt64(0))
    while received < count {
      while sent < count, sent - received < 1 + sent & 15 {
        _ = ends.sender.push(CoreMessage(kind: kind, number: UInt64(sent), time: core.now))
        sent += 1
      }
      let answer = ends.receive(core)
      if core.now < answer.time { back += 1 }
      if answer.number != UInt64(received) { report.expect(false, "out of order", answer.number) }
      there = answer.earlyCount
      received += 1
    }
    return (there, back)
  }

  // MARK: - Wake-ups

  /// A few messages at a time, at random distances; both cores sleep whenever there is nothing.
  private static func haltsLoseNoWakeUp(
    _ core: inout Core, _ ends: inout CoreEnds, _ report: inout TestReport
  ) {
    var random = Random(state: 0x9E37_79B9_7F4A_7C15)
    var (sent, last) = (0, CoreMessage(kind: .halting, number: 0, time: .zero))
    while sent < exchangeCount {
      let burst = min(1 + random.next(below: 8), exchangeCount - sent)
      for _ in 0..<burst {
        _ = ends.sender.push(CoreMessage(kind: .halting, number: UInt64(sent), time: core.now))
        sent += 1
        if random.next(below: 4) == 0 {
          InterruptTests.spin(for: .nanoseconds(UInt64(random.next(below: 2_000))), &core)
        }
      }
      for number in sent - burst..<sent {
        last = ends.receiveHalting(&core)
        if last.number != UInt64(number) { report.expect(false, "a message is missing before", last.number) }
      }
    }
    core.arm(for: .never)
    report.expect(ends.lostCount == 0, "wake-ups lost", ends.lostCount)
    report.expect(
      last.askedCount - last.wokenCount <= 1, "wake-ups lost on the second core", last.wokenCount)
    report.expect(ends.wokenCount == ends.askedCount, "woken not as often as asked", ends.wokenCount)
    report.note("sleeps of the first core", ends.askedCount)
    report.note("sleeps of the second core", last.askedCount)
  }
}
