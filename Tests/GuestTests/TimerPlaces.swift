import Buffers
import Machine
import Queues
import Reactors
import Scheduling
import Timers
import Timing

/// The two places where a core's timers can be: on its interrupt queue, and on a core of their own.
enum TimerPlaces {
  static let requestSource = 41
  static let tickSource = 42
  private static let tickCapacity = 1_024
  private static let arenaByteCount = 4 << 20

  typealias GuestReactor = Reactor<Core, PriorityLevels>

  /// What one place gave.
  struct Result {
    /// Of the asking core, while it does not sleep.
    var instructions: InstructionCount
    var median: UInt64
    var worst: UInt64
  }

  // MARK: - Tests

  static func run(_ report: inout TestReport, _ core: consuming Core, in arena: inout Arena) {
    guard var reactor = made(core, in: &arena) else { return report.expect(false, "the arena is too small") }
    report.run("10,000 timers on the interrupt queue") { _ = onTheQueue(&reactor, &$0, in: &arena) }
    report.run("10,000 timers on a core of their own") { _ = onItsOwnCore(&reactor, &$0, in: &arena) }
  }

  /// For a machine whose time is its instruction count.
  static func count(_ report: inout TestReport, _ core: consuming Core, in arena: inout Arena) {
    report.count("three known instructions") { _ in InstructionCount.ofThree(core) }
    guard var reactor = made(core, in: &arena) else { return report.expect(false, "the arena is too small") }
    countSides(&report, in: &arena)
    note(
      &report, "on the interrupt queue: the asking core, for a timer",
      "on the interrupt queue: due to tick taken, median", "on the interrupt queue: due to tick taken, worst"
    ) { onTheQueue(&reactor, &$0, in: &arena) }
    note(
      &report, "on a core of their own: the asking core, for a timer",
      "on a core of their own: due to tick taken, median", "on a core of their own: due to tick taken, worst"
    ) { onItsOwnCore(&reactor, &$0, in: &arena) }
  }

  private static func note(
    _ report: inout TestReport, _ place: StaticString, _ median: StaticString, _ worst: StaticString,
    _ body: (inout TestReport) -> Result?
  ) {
    var result: Result?
    report.count(place) { report in
      result = body(&report)
      return result?.instructions
    }
    report.count(median) { _ in result.map { InstructionCount(instructions: $0.median) } }
    report.count(worst) { _ in result.map { InstructionCount(instructions: $0.worst) } }
  }

  // MARK: - The places

  private static func onTheQueue(
    _ reactor: inout GuestReactor, _ report: inout TestReport, in arena: inout Arena
  ) -> Result? {
    guard let service = makeService(server: LocalAPIC.identifier, in: &arena) else { return nil }
    do throws(ArenaError) {
      let task = try TimerTask(service.server, in: &arena)
      spawn(task, "timers", source: requestSource, &reactor)
    } catch {
      return nil
    }
    return ask(service.client, &reactor, &report, in: &arena)
  }

  private static func onItsOwnCore(
    _ reactor: inout GuestReactor, _ report: inout TestReport, in arena: inout Arena
  ) -> Result? {
    guard let service = makeService(server: CoreTests.secondProcessor, in: &arena) else { return nil }
    do throws(ArenaError) {
      let own = try arena.split(byteCount: arenaByteCount)
      guard CoreTests.start(TimerCore(service.server, own), &reactor.core, in: &arena) else {
        report.expect(false, "there is no second core")
        return nil
      }
    } catch {
      return nil
    }
    return ask(service.client, &reactor, &report, in: &arena)
  }

  private static func makeService(
    server: UInt8, in arena: inout Arena
  ) -> TimerService<TaskID, HardwareWord>? {
    let ask = LocalAPIC.wakeHook(source: requestSource, onProcessor: server)
    let tick = LocalAPIC.wakeHook(source: tickSource, onProcessor: LocalAPIC.identifier)
    return try? TimerService(
      timerCount: TimerAsker.timerCount, tickCapacity: tickCapacity, waking: .wake(ask), .wake(tick),
      in: &arena)
  }

  /// Runs an asker until it has all ticks.
  private static func ask(
    _ client: consuming AskingClient, _ reactor: inout GuestReactor, _ report: inout TestReport,
    in arena: inout Arena
  ) -> Result? {
    do throws(ArenaError) {
      let log = try Resident(try TimerLog(in: &arena), in: &arena)
      let start = reactor.core.now
      let idle = reactor.context.record.counters.idle.nanoseconds
      reactor.readClock()
      let asker = TimerAsker(client, log, over: .milliseconds(1_000))
      spawn(asker, "asker", source: tickSource, &reactor)
      while !log.value.isDone { reactor.turn() }
      let busy =
        reactor.core.now.since(start).nanoseconds - (reactor.context.record.counters.idle.nanoseconds - idle)
      let missing = UInt64(TimerAsker.timerCount - log.value.takenCount)
      report.expect(missing == 0, "ticks that did not come", missing)
      report.expect(log.value.earlyCount == 0, "ticks that came early", log.value.earlyCount)
      return Result(
        instructions: InstructionCount(instructions: busy / UInt64(TimerAsker.timerCount)),
        median: log.value.median, worst: log.value.worst.nanoseconds)
    } catch {
      return nil
    }
  }

  // MARK: - The sides alone

  /// What asking and serving take by themselves, without the turns and wake-ups around them.
  private static func countSides(_ report: inout TestReport, in arena: inout Arena) {
    var (asking, serving) = (UInt64(0), UInt64(0))
    let rounds: UInt64 = 64
    report.count("asking for a timer and taking its tick") { report in
      let made = try? TimerService<Int, HardwareWord>(
        timerCount: 64, tickCapacity: 64, waking: .spin, .spin, in: &arena)
      guard var service = made else { return nil }
      for round in 1...rounds {
        let now = Instant(nanoseconds: round * 1_000)
        let start = TimestampCounter.read()
        for _ in 0..<64 {
          _ = try? service.client.create(once: now, task: 0)
        }
        let asked = TimestampCounter.read()
        while service.server.serve(at: now, budget: 64) {}
        let served = TimestampCounter.read()
        var taken = 0
        while service.client.select(.max) != nil { taken += 1 }
        asking += asked - start + (TimestampCounter.read() - served)
        serving += served - asked
        if taken != 64 { report.expect(false, "ticks", UInt64(taken)) }
      }
      return InstructionCount(instructions: asking / (rounds * 64))
    }
    report.count("serving a timer") { _ in InstructionCount(instructions: serving / (rounds * 64)) }
  }

  // MARK: - Reactors

  private static func made(_ core: consuming Core, in arena: inout Arena) -> GuestReactor? {
    do throws(ArenaError) {
      return try makeReactor(core, in: &arena)
    } catch {
      return nil
    }
  }

  static func makeReactor(_ core: consuming Core, in arena: inout Arena) throws(ArenaError) -> GuestReactor {
    let limits = ReactorLimits(taskCount: 8, taskByteCount: 512, traceCapacity: 16)
    var reactor = try GuestReactor(core: core, limits: limits, in: &arena)
    reactor.connect(source: InterruptTests.timerSource, priority: 0, to: nil)
    return reactor
  }

  static func spawn<Task: Schedulable & ~Copyable>(
    _ task: consuming Task, _ name: StaticString, source: Int, _ reactor: inout GuestReactor
  ) {
    guard let id = reactor.spawn(task, name).id() else { Machine.panic("there is no room for a task") }
    reactor.connect(source: source, priority: 1, to: id)
  }
}
