import Buffers
import Machine
import Reactors
import Scheduling
import Timing
import Tracing

/// Ways to keep a core from turning; each is a boot of its own, asked for by `test=NAME`, and must end in the watchdog's
/// panic with the right words.
enum Hangs {
  static let period = Duration.milliseconds(20)

  /// Hangs in the named way, if it is one.
  static func commit(_ core: inout Core, _ startInfo: borrowing StartInfo, _ name: (StaticString) -> Bool) {
    if name("hang-task") { hang(&core, startInfo) { _, _ in spin() } }
    if name("hang-section") {
      hang(&core, startInfo) { (_, arena) throws(ArenaError) in try spinInSection(in: &arena) }
    }
    if name("hang-urgent") {
      hang(&core, startInfo) { (core, arena) throws(ArenaError) in try spinUrgently(&core, in: &arena) }
    }
    if name("hang-outside") { hang(&core, startInfo, task: -1) { _, _ in spin() } }
  }

  private static func hang(
    _ core: inout Core, _ startInfo: borrowing StartInfo, task: Int = 2,
    _ body: (inout Core, inout Arena) throws(ArenaError) -> Void
  ) {
    var arena = GuestDevices.memory(startInfo)
    do throws(ArenaError) {
      var trace = try TraceRing(capacity: 16, in: &arena)
      let names: InlineArray<3, StaticString> = ["first", "second", "stubborn"]
      let nameTable = try Table(count: names.count, in: &arena) { names[$0] }
      let running = try Table(
        repeating: RunningTask(number: task, since: Instant(nanoseconds: 5_000_000)), count: 1, in: &arena)
      core.publish(trace)
      core.publish(running, names: nameTable)
      trace.record(.task, at: core.now, subject: task < 0 ? 0 : task)
      core.startWatchdog(period: period)
      try body(&core, &arena)
    } catch {
      Machine.panic("the arena is too small")
    }
    Console.write("survived\n")
  }

  /// Three tasks of a real reactor, which always have more to do, until one does not come back.
  @inline(never) static func hangInReactor(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never
  {
    var arena = GuestDevices.memory(startInfo)
    let names: InlineArray<3, StaticString> = ["first", "second", "stubborn"]
    do throws(ArenaError) {
      var reactor = try Reactor<Core, PriorityLevels>(core: core, in: &arena)
      for index in 0..<names.count {
        _ = reactor.spawn(Yielding(pollsLeft: index == 2 ? 3 : .max), names[index]).id()
      }
      reactor.connect(source: InterruptTests.timerSource, priority: 0, to: nil)
      reactor.core.publish(reactor.context.record.trace)
      reactor.context.publish { running, names in reactor.core.publish(running, names: names) }
      reactor.core.startWatchdog(period: period)
      reactor.run()
    } catch {
      Machine.panic("the arena is too small")
    }
    Machine.stop(.failed)
  }

  /// Has more to do in each poll, and in the last one too much.
  private struct Yielding: Schedulable {
    var pollsLeft: Int

    @inline(never) mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
      pollsLeft -= 1
      if pollsLeft == 0 { Hangs.spin() }
      return .ready
    }

    static var functions: TaskFunctions<Yielding> {
      TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
    }
  }

  /// Long enough for any watchdog, and never asks for a mark.
  @inline(never) private static func spin() {
    let end = TimestampCounter.read() &+ 20_000_000_000
    while TimestampCounter.read() < end {}
  }

  @inline(never) private static func spinInSection(in arena: inout Arena) throws(ArenaError) {
    let state = try Ceiling(UInt64(0), level: .highest, in: &arena)
    state.withState { state in
      state += 1
      spin()
    }
  }

  @inline(never) private static func spinUrgently(_ core: inout Core, in arena: inout Arena)
    throws(ArenaError)
  {
    let slot = UrgentSlot(.highest, 0)
    try core.register(Spinner(), at: slot, limit: .none, in: &arena)
    LocalAPIC.raise(slot)
    spin()
  }

  private struct Spinner: UrgentTask, ~Copyable {
    static var entry: UrgentEntry<Self> { UrgentEntry { $0.run(at: $1) } }

    mutating func run(_ context: inout UrgentContext) { Hangs.spin() }
  }
}
