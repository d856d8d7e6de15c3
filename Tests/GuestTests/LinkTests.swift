import Buffers
import Machine
import QueueChecks
import Queues
import Reactors

/// The queues' checks across cores: reactors that sleep, and are woken by interrupts from each other.
enum LinkTests {
  /// - Parameter cores: 1 to 4, of which the first is this one.
  static func run(_ report: inout TestReport, _ core: consuming Core, cores: Int, in arena: inout Arena) {
    guard var driver = makeDriver(core, cores: cores, in: &arena) else {
      return report.run("the cores are started") { $0.expect(false, "they are not") }
    }
    // The long run is that between two cores: with one there is little to wait for, and with four it is the same two.
    let size = TrafficSize(link: cores == 2 ? 500_000 : 50_000, queue: 15_000)
    QueueChecks.traffic(&report, &driver, size, in: &arena)
    QueueChecks.faultyTraffic(&report, &driver, in: &arena)
  }

  private static func makeDriver(
    _ core: consuming Core, cores: Int, in arena: inout Arena
  ) -> TrafficDriver<Core>? {
    do throws(ArenaError) {
      var driver = try TrafficDriver(
        core, timerSource: InterruptTests.timerSource, wake(ofCore: 0), in: &arena)
      for number in 1..<cores where !isStarted(number, &driver, in: &arena) { return nil }
      return driver
    } catch {
      return nil
    }
  }

  private static func isStarted(
    _ number: Int, _ driver: inout TrafficDriver<Core>, in arena: inout Arena
  ) -> Bool {
    do throws(QueueError) {
      return try driver.add(wake(ofCore: number), in: &arena) { station, core, arena in
        CoreTests.start(LinkCore(station), on: UInt8(number), &core, in: &arena)
      }
    } catch {
      return false
    }
  }

  private static func wake(ofCore number: Int) -> CoreWake {
    CoreWake(base: UInt(number) << 6) { context in
      LocalAPIC.raise(source: Int(context & 63), onCore: Int(context >> 6))
    }
  }
}

/// One of the other cores.
private struct LinkCore: CoreProgram, ~Copyable {
  static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }

  private var station: TrafficStation

  init(_ station: consuming TrafficStation) { self.station = station }

  consuming func run(on core: consuming Core) -> Never {
    do throws(ArenaError) {
      try station.run(on: core, timerSource: InterruptTests.timerSource)
    } catch {
      Machine.panic("the arena of a core is too small")
    }
    // The first core ends the guest.
    while true {}
  }
}
