import Buffers
import Machine
import Reactors
import Timing

/// Four cores, each somewhere else, of which the third panics: its panic must name the places of all.
enum Places {
  @inline(never) static func panic(_ core: inout Core, _ startInfo: borrowing StartInfo) -> Never {
    let found = Processors.find(startInfo, from: core)
    var arena = GuestDevices.memory(startInfo)
    guard found.count == 4 else { Machine.panic("there are not four processors") }
    let names: InlineArray<2, StaticString> = ["idle", "busy"]
    do throws(ArenaError) {
      let running = try Table(
        repeating: RunningTask(number: 1, since: Instant(nanoseconds: 7_000_000)), count: 1, in: &arena)
      core.publish(running, names: try Table(count: names.count, in: &arena) { names[$0] })
    } catch {
      Machine.panic("too little memory")
    }
    let hasStarted =
      CoreTests.start(Spinning(), on: found.identifier(at: 1), &core, in: &arena)
      && CoreTests.start(Panicking(), on: found.identifier(at: 2), &core, in: &arena)
      && CoreTests.start(Sleeping(), on: found.identifier(at: 3), &core, in: &arena)
    if !hasStarted { Machine.panic("a processor does not come up") }
    LocalAPIC.raise(source: Panicking.source, onCore: 2)
    firstCoreSpins()
  }

  /// Each is a function of its own, for the backtrace to name.
  @inline(never) private static func firstCoreSpins() -> Never {
    while TimestampCounter.read() != 1 {}
    Machine.panic("the first core has survived")
  }

  @inline(never) private static func secondCoreSpins() -> Never {
    while TimestampCounter.read() != 2 {}
    Machine.panic("the second core has survived")
  }

  @inline(never) private static func thirdCorePanics() -> Never {
    Machine.panic("the third core has had enough")
  }

  private struct Spinning: CoreProgram, ~Copyable {
    static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }
    consuming func run(on core: consuming Core) -> Never { Places.secondCoreSpins() }
  }

  /// Waits until all run, and a little longer, so that each is at its place.
  private struct Panicking: CoreProgram, ~Copyable {
    static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }
    static let source = 43

    consuming func run(on core: consuming Core) -> Never {
      var core = core
      while core.pendingSources & 1 << UInt64(Self.source) == 0 { core.haltUnlessPending() }
      let end = core.now + .milliseconds(20)
      while core.now < end {}
      Places.thirdCorePanics()
    }
  }

  private struct Sleeping: CoreProgram, ~Copyable {
    static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }

    consuming func run(on core: consuming Core) -> Never {
      var core = core
      while true { core.haltUnlessPending() }
    }
  }
}
