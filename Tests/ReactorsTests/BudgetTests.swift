import Buffers
import Reactors
import Scheduling
import TestSupport
import Timing
import Tracing
import XCTest

/// What a reactor keeps of long polls.
final class BudgetTests: XCTestCase {
  private var memory = TestArena()
  private var stage = Stage()
  private var machine = ManualMachine()

  override func setUp() {
    memory = TestArena()
    stage = Stage()
    machine = ManualMachine()
  }

  private func makeReactor(pollsPerTurn: Int = 64) throws -> Reactor<ManualCore, RoundRobin> {
    let limits = ReactorLimits(taskCount: 4, pollsPerTurn: pollsPerTurn, pollBudget: .nanoseconds(100))
    return try Reactor(core: ManualCore(machine: machine), limits: limits, in: &memory.arena)
  }

  /// Lets a task's poll take this long.
  private func step(_ nanoseconds: UInt64, _ step: Step = .waiting, source: Int? = nil) -> Stage.Script {
    let machine = machine
    return { _ in
      if let source { machine.raise(source: source) }
      machine.now = machine.now + .nanoseconds(nanoseconds)
      return step
    }
  }

  func testAPollWithinItsBudgetOnlyCountsForTheLongest() throws {
    var reactor = try makeReactor()
    reactor.spawn(0, on: stage)
    for nanoseconds in [100, 30, 99] as [UInt64] { reactor.play(0, on: stage, step(nanoseconds)) }
    XCTAssertEqual(reactor.context.record.counters.longestPoll, .nanoseconds(100))
    XCTAssertEqual(reactor.context.record.counters.overruns, 0)
    XCTAssertNil(reactor.context.record.lastOverrun)
  }

  /// An urgent task that hangs while the core sleeps must not be laid at another's door.
  func testAWatchdogFindsThePolledTaskAndNoneInASleep() throws {
    var reactor = try makeReactor()
    reactor.spawn(0, on: stage)
    reactor.spawn(1, on: stage)
    let start = machine.now
    var polled = RunningTask.none
    reactor.play(1, on: stage) { context in
      context.publish { running, _ in polled = running[0] }
      return .waiting
    }
    XCTAssertEqual(polled.number, stage.id(1).slot)
    XCTAssertEqual(polled.since, start)
    var asleep = polled
    reactor.context.publish { running, _ in asleep = running[0] }
    XCTAssertLessThan(asleep.number, 0)
  }

  func testAnOverrunIsRecordedWithTaskAndTimeAndPlace() throws {
    var reactor = try makeReactor()
    machine.interruptedAddress = 0xABC
    reactor.spawn(0, on: stage)
    reactor.settle()
    let start = machine.now
    reactor.play(0, on: stage, step(101, source: 9))
    let overrun = try XCTUnwrap(reactor.context.record.lastOverrun)
    XCTAssertEqual(overrun.task, stage.id(0))
    XCTAssertEqual(overrun.name.description, "scripted")
    XCTAssertEqual(overrun.start, start)
    XCTAssertEqual(overrun.duration, .nanoseconds(101))
    XCTAssertEqual(overrun.address, 0xABC)
    XCTAssertEqual(reactor.context.record.counters.overruns, 1)
    XCTAssertEqual(reactor.context.record.counters.longestPoll, .nanoseconds(101))
    XCTAssertEqual(reactor.context.record.trace.event(age: 1)?.kind, .overrun)
    XCTAssertEqual(reactor.context.record.trace.event(age: 1)?.detail, 0xABC)
  }

  func testAnOverrunWithoutAnInterruptHasNoPlace() throws {
    var reactor = try makeReactor()
    machine.interruptedAddress = 0xABC
    reactor.spawn(0, on: stage)
    reactor.play(0, on: stage, step(500))
    XCTAssertEqual(reactor.context.record.lastOverrun?.address, 0)
  }

  func testAShorterOverrunIsRecordedToo() throws {
    var reactor = try makeReactor()
    reactor.spawn(0, on: stage)
    for nanoseconds in [5_000, 200, 300] as [UInt64] { reactor.play(0, on: stage, step(nanoseconds)) }
    XCTAssertEqual(reactor.context.record.counters.overruns, 3)
    XCTAssertEqual(reactor.context.record.lastOverrun?.duration, .nanoseconds(300))
    XCTAssertEqual(reactor.context.record.counters.longestPoll, .nanoseconds(5_000))
  }

  /// The slot is free, and has another name, when such a poll is over.
  func testAnOverrunOfTheLastPollIsRecordedUnderTheTasksName() throws {
    var reactor = try makeReactor()
    reactor.spawn(0, on: stage)
    let task = stage.id(0)
    reactor.play(0, on: stage, step(101, .finished))
    XCTAssertEqual(reactor.context.record.lastOverrun?.task, task)
  }

  func testATurnHasNoMorePollsThanItMay() throws {
    var reactor = try makeReactor(pollsPerTurn: 5)
    reactor.spawn(0, on: stage)
    reactor.spawn(1, on: stage)
    for number in 0...1 { stage.scripts[number] = { _ in .ready } }
    for turn in 1...3 {
      XCTAssertFalse(reactor.turn())
      XCTAssertEqual(stage.polls.count, 5 * turn)
    }
    XCTAssertEqual(reactor.context.record.counters.polls, 15)
    XCTAssertEqual(reactor.context.sleepCount, 0)
  }
}
