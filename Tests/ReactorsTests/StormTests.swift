import Reactors
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

/// What a reactor does with a source that comes more often than its limit allows.
final class StormTests: XCTestCase {
  private static let source = 5
  private static let interval = Duration.nanoseconds(1_000)
  private var memory = TestArena()
  private var stage = Stage()
  private var machine = ManualMachine()

  override func setUp() {
    memory = TestArena()
    stage = Stage()
    machine = ManualMachine()
  }

  /// A reactor with task 0 behind the source, which may come twice at once, and task 1 behind one without a limit.
  private func makeReactor() throws -> Reactor<ManualCore, PriorityLevels> {
    let limits = ReactorLimits(taskCount: 4)
    var reactor = try Reactor<ManualCore, PriorityLevels>(
      core: ManualCore(machine: machine), limits: limits, in: &memory.arena)
    reactor.spawn(0, on: stage)
    reactor.spawn(1, on: stage)
    reactor.connect(
      source: Self.source, priority: 0, to: stage.id(0), limit: TokenRate(every: Self.interval, burst: 2))
    reactor.connect(source: Self.source + 1, priority: 1, to: stage.id(1))
    reactor.runUntilIdle()
    _ = stage.takePolls()
    return reactor
  }

  private func storm(_ reactor: inout Reactor<ManualCore, PriorityLevels>, beside other: Bool) {
    for _ in 0..<3 {
      machine.raise(source: Self.source)
      if other { machine.raise(source: Self.source + 1) }
      reactor.runUntilIdle()
    }
  }

  func testASourceBeyondItsLimitIsMaskedAndServedWhenItsTimeComesThoughItMarksNoMore() throws {
    for other in [false, true] {
      setUp()
      var reactor = try makeReactor()
      let start = machine.now
      storm(&reactor, beside: other)
      XCTAssertEqual(stage.takePolls().filter { $0 == 0 }.count, 2, "its burst")
      XCTAssertEqual(reactor.core.maskedSources, 1 << UInt64(Self.source))
      XCTAssertEqual(reactor.context.record.counters.throttled, 1)

      stage.once(0) { [machine] _ in
        XCTAssertEqual(machine.maskedSources, 0, "what comes while the device is looked at marks")
        return .waiting
      }
      while reactor.core.maskedSources != 0 { reactor.turn() }
      reactor.runUntilIdle()
      XCTAssertEqual(machine.now, start + Self.interval)
      XCTAssertEqual(stage.takePolls(), [0])
    }
  }

  func testOneThatGoesOnIsServedOnceAnInterval() throws {
    var reactor = try makeReactor()
    let start = machine.now
    storm(&reactor, beside: false)
    for _ in 0..<10 {
      while reactor.core.maskedSources != 0 { reactor.turn() }
      reactor.runUntilIdle()
      machine.raise(source: Self.source)
      reactor.runUntilIdle()
    }
    XCTAssertEqual(stage.takePolls().count, 12)
    XCTAssertEqual(machine.now, start + .nanoseconds(10_000))
    XCTAssertEqual(reactor.context.record.counters.throttled, 11)
  }
}
