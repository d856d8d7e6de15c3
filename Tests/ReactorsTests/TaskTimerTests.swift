import Reactors
import Scheduling
import Streams
import TestSupport
import Timers
import Timing
import XCTest

/// Timers that tasks create: they wake their task, are polled for ticks, and end with it.
final class TaskTimerTests: XCTestCase {
  private var memory = TestArena()
  private var stage = Stage()

  override func setUp() {
    memory = TestArena()
    stage = Stage()
  }

  private func makeReactor(timerCount: Int = 4) throws -> Reactor<ManualCore, PriorityLevels> {
    let limits = ReactorLimits(taskCount: 4, timerCount: timerCount)
    var reactor = try Reactor<ManualCore, PriorityLevels>(
      core: ManualCore(), limits: limits, in: &memory.arena)
    reactor.spawn(0, on: stage)
    reactor.settle()
    _ = (stage.takePolls(), stage.takeTimes())
    return reactor
  }

  private func make(
    _ context: inout CoreContext, every microseconds: UInt64, missed: MissedTicks = .skip
  ) -> TimerID? {
    try? context.createTimer(
      every: .microseconds(microseconds), startingAt: Instant(nanoseconds: 10_000), missed: missed)
  }

  func testAnIntervalTimerWakesItsTaskInRhythm() throws {
    var reactor = try makeReactor()
    var ticks: [Tick] = []
    var timer: TimerID?
    reactor.play(0, on: stage) { [self] context in
      timer = make(&context, every: 5)
      return .waiting
    }
    stage.scripts[0] = { context in
      if case .ready(let tick) = context.poll(timer!) { ticks.append(tick) }
      return .waiting
    }
    _ = stage.takeTimes()
    for _ in 0..<5 { reactor.turn() }
    XCTAssertEqual(ticks.map(\.due.nanoseconds), [10_000, 15_000, 20_000, 25_000, 30_000])
    XCTAssertEqual(ticks.map(\.number), [0, 1, 2, 3, 4])
    XCTAssertEqual(stage.takeTimes().map(\.nanoseconds), [10_000, 15_000, 20_000, 25_000, 30_000])
  }

  func testATimerInThePastFiresAtOnceAndIsCounted() throws {
    var reactor = try makeReactor()
    reactor.core.now = Instant(nanoseconds: 50_000)
    reactor.readClock()
    reactor.play(0, on: stage) { context in
      XCTAssertNotNil(try? context.createTimer(once: Instant(nanoseconds: 20_000)))
      return .waiting
    }
    XCTAssertEqual(stage.takePolls(), [0, 0])
    XCTAssertEqual(reactor.context.record.counters.lateTimers, 1)
    XCTAssertEqual(reactor.core.now, Instant(nanoseconds: 50_000))
  }

  private func refusal<Value>(_ body: () throws(TimerError) -> Value) -> TimerError? {
    do throws(TimerError) {
      _ = try body()
      return nil
    } catch {
      return error
    }
  }

  func testAnIntervalOfZeroAndAFullListAreRefused() throws {
    var reactor = try makeReactor(timerCount: 1)
    reactor.play(0, on: stage) { [self] context in
      XCTAssertEqual(
        refusal { () throws(TimerError) in try context.createTimer(every: .zero) }, .zeroInterval)
      XCTAssertNil(refusal { () throws(TimerError) in try context.createTimer(every: .seconds(1)) })
      XCTAssertEqual(refusal { () throws(TimerError) in try context.createTimer(every: .seconds(1)) }, .full)
      return .waiting
    }
  }

  /// Finished or cancelled: its timers wake nobody any more, their places are free, and their names are stale.
  func testTimersEndWithTheirTask() throws {
    for ending in [Step.finished, .waiting] {
      memory = TestArena()
      stage = Stage()
      var reactor = try makeReactor(timerCount: 2)
      var timers: [TimerID?] = []
      reactor.play(0, on: stage) { [stage] context in
        stage.spawn(1, in: &context)
        return .waiting
      }
      reactor.play(1, on: stage) { [self] context in
        timers = [make(&context, every: 5), make(&context, every: 7)]
        return ending
      }
      if ending == .waiting {
        let child = stage.id(1)
        reactor.play(0, on: stage) { context in
          context.cancel(child)
          return .waiting
        }
      }
      XCTAssertFalse(timers.contains(nil))
      _ = stage.takePolls()
      // Another task in the same slot must not be woken by them.
      reactor.play(0, on: stage) { [stage] context in
        stage.spawn(2, in: &context)
        for timer in timers {
          guard case .failed(.stale) = context.poll(timer!) else { return .waiting }
        }
        stage.children[9] = stage.children[2]
        return .waiting
      }
      XCTAssertNotNil(stage.children[9], "a timer of an ended task is stale")
      XCTAssertEqual(stage.takePolls(), [0, 2])
      XCTAssertEqual(reactor.core.armed, .never)
      reactor.play(2, on: stage) { [self] context in
        timers = [make(&context, every: 5), make(&context, every: 7)]
        return .finished
      }
      XCTAssertFalse(timers.contains(nil), "the places are free again")
    }
  }

  func testACancelledTimerWakesNoMore() throws {
    var reactor = try makeReactor()
    reactor.play(0, on: stage) { [self] context in
      let timer = make(&context, every: 5)!
      XCTAssertNil(refusal { () throws(TimerError) in try context.cancelTimer(timer) })
      XCTAssertNil(refusal { () throws(TimerError) in try context.destroyTimer(timer) })
      XCTAssertEqual(refusal { () throws(TimerError) in try context.destroyTimer(timer) }, .stale)
      return .waiting
    }
    XCTAssertEqual(reactor.core.armed, .never)
  }
}
