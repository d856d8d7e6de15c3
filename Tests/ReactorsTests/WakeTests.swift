import Reactors
import Scheduling
import Streams
import TestSupport
import Timing
import Tracing
import XCTest

/// Who is polled, and when: wake-ups, deadlines and interrupts.
final class WakeTests: XCTestCase {
  private var memory = TestArena()
  private var stage = Stage()
  private var machine = ManualMachine()

  override func setUp() {
    memory = TestArena()
    stage = Stage()
    machine = ManualMachine()
  }

  /// Tasks 0 to 3, each at the level of its number, which have been polled.
  private func makeReactor(pollsPerTurn: Int = 64) throws -> Reactor<ManualCore, PriorityLevels> {
    let limits = ReactorLimits(taskCount: 8, pollsPerTurn: pollsPerTurn)
    let core = ManualCore(machine: machine)
    var reactor = try Reactor<ManualCore, PriorityLevels>(core: core, limits: limits, in: &memory.arena)
    for number in 0...3 { reactor.spawn(number, on: stage, TaskAttributes(level: UInt8(number))) }
    reactor.settle()
    _ = (stage.takePolls(), stage.takeTimes())
    return reactor
  }

  // MARK: - Wake-ups

  func testOnlyTheWokenTaskIsPolledAndOnce() throws {
    var reactor = try makeReactor()
    reactor.wake(stage.id(2))
    reactor.wake(stage.id(2))
    reactor.settle()
    XCTAssertEqual(stage.polls, [2])
  }

  func testATaskWokenTwiceInAPollIsPolledOnce() throws {
    let stage = stage
    var reactor = try makeReactor()
    reactor.play(1, on: stage) { context in
      context.wake(stage.id(3))
      context.wake(stage.id(2))
      context.wake(stage.id(3))
      return .waiting
    }
    XCTAssertEqual(stage.polls, [1, 2, 3])
  }

  func testATaskThatWakesItselfIsPolledAgainOnce() throws {
    let stage = stage
    for step in [Step.waiting, .ready] {
      var reactor = try makeReactor()
      reactor.play(1, on: stage) { context in
        context.wake(stage.id(1))
        return step
      }
      XCTAssertEqual(stage.takePolls(), [1, 1])
    }
  }

  func testAWakeUpOfATaskThatIsGoneReachesNobody() throws {
    let stage = stage
    var reactor = try makeReactor()
    let gone = stage.id(2)
    reactor.context.cancel(gone)
    reactor.wake(gone)
    reactor.settle()
    reactor.spawn(4, on: stage)
    XCTAssertEqual(stage.id(4).slot, gone.slot)
    reactor.settle()
    _ = stage.takePolls()
    reactor.wake(gone)
    reactor.connect(source: 1, priority: 0, to: gone)
    reactor.core.raise(source: 1)
    reactor.settle()
    XCTAssertEqual(stage.polls, [])
  }

  func testATaskKnowsItself() throws {
    let stage = stage
    var reactor = try makeReactor()
    XCTAssertNil(reactor.context.current)
    reactor.play(2, on: stage) { context in
      XCTAssertEqual(context.current, stage.id(2))
      return .waiting
    }
    XCTAssertNil(reactor.context.current)
  }

  // MARK: - Deadlines

  func testADeadlineIsWithdrawnWhenTheTaskIsPolledBeforeItAndDoesNotAskAgain() throws {
    var reactor = try makeReactor()
    reactor.core.raise(source: 7)
    reactor.play(1, on: stage) { context in
      context.deadline = context.now + .seconds(1)
      return .ready
    }
    XCTAssertEqual(stage.polls, [1, 1])
    XCTAssertEqual(reactor.core.armed, .never)
  }

  func testADeadlineIsSetAnewInEachPoll() throws {
    let stage = stage
    var reactor = try makeReactor()
    let start = machine.now
    let deadlines = [300, 100, 200].map { start + .nanoseconds($0) }
    var asked = 0
    stage.scripts[1] = { context in
      context.deadline = deadlines[asked]
      asked += 1
      return asked < 3 ? .ready : .waiting
    }
    reactor.wake(stage.id(1))
    reactor.settle()
    XCTAssertEqual(machine.now, start + .nanoseconds(200), "the last one counts")
  }

  func testADeadlineInThePastWakesAtOnceWithinTheBudgetOfATurn() throws {
    var reactor = try makeReactor(pollsPerTurn: 6)
    stage.scripts[1] = { context in
      context.deadline = .zero
      return .waiting
    }
    stage.scripts[2] = { _ in .ready }
    reactor.wake(stage.id(1))
    XCTAssertFalse(reactor.turn())
    XCTAssertEqual(stage.takePolls(), Array(repeating: 1, count: 6))
    reactor.context.cancel(stage.id(2))
    reactor.spawn(4, on: stage, TaskAttributes(level: 1))
    stage.scripts[4] = { _ in .ready }
    reactor.turn()
    XCTAssertEqual(stage.polls, [4, 1, 4, 1, 4, 1], "it does not starve another of its level")
  }

  func testDueTimersGoInTheOrderOfTheirDeadlines() throws {
    let stage = stage
    var memory = TestArena()
    let core = ManualCore(machine: machine)
    var reactor = try Reactor<ManualCore, RoundRobin>(core: core, in: &memory.arena)
    for number in 0...3 {
      stage.once(number) { context in
        context.deadline = Instant(nanoseconds: 9_000 - UInt64(number))
        return .waiting
      }
      reactor.spawn(number, on: stage)
    }
    reactor.settle()
    _ = stage.takePolls()
    machine.now = Instant(nanoseconds: 10_000)
    reactor.settle()
    reactor.settle()
    XCTAssertEqual(stage.polls, [3, 2, 1, 0])
    memory = TestArena()
  }

  func testAFutureOfStreamsMakesATasksDeadline() throws {
    var reactor = try makeReactor()
    let start = machine.now
    var early = Alarm(deadline: start + .nanoseconds(50))
    var late = Alarm(deadline: start + .nanoseconds(80))
    var rings: [Instant] = []
    stage.scripts[1] = { context in
      if case .ready(let time) = context.poll(&late) { rings.append(time) }
      if rings.isEmpty, case .ready(let time) = context.poll(&early) { rings.append(time) }
      return rings.count < 2 ? .waiting : .finished
    }
    reactor.wake(stage.id(1))
    for _ in 0..<4 { reactor.settle() }
    XCTAssertEqual(rings, [start + .nanoseconds(50), start + .nanoseconds(80)])
    XCTAssertEqual(stage.times, [start, start + .nanoseconds(50), start + .nanoseconds(80)])
    XCTAssertEqual(stage.ends, [1])
  }

  func testTheDeadlineOfATaskThatIsGoneWakesNobody() throws {
    var reactor = try makeReactor()
    let deadline = machine.now + .nanoseconds(10)
    reactor.play(1, on: stage) { context in
      context.deadline = deadline + .seconds(1)
      return .waiting
    }
    reactor.core.raise(source: 7)
    reactor.settle()
    _ = stage.takePolls()
    let gone = stage.id(1)
    reactor.context.cancel(gone)
    reactor.spawn(4, on: stage)
    XCTAssertEqual(stage.id(4).slot, gone.slot)
    reactor.settle()
    machine.now = deadline + .seconds(2)
    reactor.settle()
    XCTAssertEqual(stage.polls, [4])
  }

  // MARK: - Interrupts

  func testAnInterruptDuringAPollIsServedBeforeTheNextPoll() throws {
    let stage = stage
    let machine = machine
    var reactor = try makeReactor()
    reactor.connect(source: 5, priority: 0, to: stage.id(0))
    reactor.wake(stage.id(2))
    reactor.play(1, on: stage) { context in
      machine.raise(source: 5)
      context.wake(stage.id(3))
      return .ready
    }
    XCTAssertEqual(stage.polls, [1, 0, 1, 2, 3])
  }

  func testAnInterruptThatComesWhileAsleepWakesItsTaskAtThatTime() throws {
    var reactor = try makeReactor()
    reactor.connect(source: 5, priority: 0, to: stage.id(2))
    let time = machine.now + .nanoseconds(500)
    machine.plan(source: 5, at: time)
    reactor.settle()
    reactor.settle()
    XCTAssertEqual(stage.polls, [2])
    XCTAssertEqual(stage.times, [time])
  }

  func testTheMoreUrgentSourceIsServedFirst() throws {
    var memory = TestArena()
    let core = ManualCore(machine: machine)
    var reactor = try Reactor<ManualCore, RoundRobin>(core: core, in: &memory.arena)
    for number in 0...3 {
      reactor.spawn(number, on: stage)
      reactor.connect(source: 10 + number, priority: 3 - number, to: stage.id(number))
    }
    reactor.settle()
    _ = stage.takePolls()
    for number in 0...3 { reactor.core.raise(source: 10 + number) }
    reactor.settle()
    XCTAssertEqual(stage.polls, [3, 2, 1, 0])
    XCTAssertEqual((0...3).map { reactor.context.record.trace.event(age: $0)?.subject }, [10, 11, 12, 13])
    memory = TestArena()
  }

  func testASourceWakesWhomItWasConnectedToLast() throws {
    var reactor = try makeReactor()
    reactor.connect(source: 5, priority: 0, to: stage.id(2))
    reactor.connect(source: 5, priority: 1, to: stage.id(3))
    reactor.core.raise(source: 5)
    reactor.settle()
    reactor.connect(source: 5, priority: 1, to: nil)
    reactor.core.raise(source: 5)
    reactor.settle()
    XCTAssertEqual(stage.polls, [3])
    XCTAssertEqual(reactor.core.pendingSources, 0)
  }
}

/// A future that is ready at a time.
private struct Alarm: Future {
  let deadline: Instant

  mutating func poll(at now: Instant) -> Poll<Instant, Never> { now >= deadline ? .ready(now) : .pending }
  var nextDeadline: Instant { deadline }
}
