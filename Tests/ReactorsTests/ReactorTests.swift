import Buffers
import Reactors
import Scheduling
import TestSupport
import Timing
import Tracing
import XCTest

/// What the tasks of a test wrote down.
private final class Journal {
  var polls: [Int] = []
  var times: [Instant] = []
}

/// A task that writes down when it was polled, and does what it was told.
private struct Recorder: Schedulable {
  let number: Int
  let journal: Journal
  /// How often it still says that it has more to do.
  var remaining = 0
  /// The deadlines it asks for, one a poll.
  var deadlines: [Instant] = []
  var wakes: [TaskID] = []

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    journal.polls.append(number)
    journal.times.append(context.now)
    if !deadlines.isEmpty { context.deadline = deadlines.removeFirst() }
    for task in wakes { context.wake(task) }
    guard remaining > 0 else { return .waiting }
    remaining -= 1
    return .ready
  }

  static var functions: TaskFunctions<Recorder> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

final class ReactorTests: XCTestCase {
  private var memory = TestArena()
  private var journal = Journal()

  override func setUp() {
    memory = TestArena()
    journal = Journal()
  }

  private func makeReactor(pollsPerTurn: Int = 64) throws -> Reactor<ManualCore, PriorityLevels> {
    let limits = ReactorLimits(taskCount: 8, pollsPerTurn: pollsPerTurn)
    return try Reactor(core: ManualCore(timerSource: 0), limits: limits, in: &memory.arena)
  }

  /// Spawns a task at the level of its number, and lets its first poll pass unseen.
  private func spawn(
    _ reactor: inout Reactor<ManualCore, PriorityLevels>, _ number: Int, remaining: Int = 0,
    deadlines: [Instant] = [], wakes: [TaskID] = []
  ) throws -> TaskID {
    let recorder = Recorder(
      number: number, journal: journal, remaining: remaining, deadlines: deadlines, wakes: wakes)
    let task = reactor.spawn(recorder, "recorder", TaskAttributes(level: UInt8(number))).id()
    return try XCTUnwrap(task)
  }

  func testASpawnedTaskIsPolledAndThenWaits() throws {
    var reactor = try makeReactor()
    _ = try spawn(&reactor, 1)
    XCTAssertTrue(reactor.turn())
    XCTAssertEqual(journal.polls, [1])
    XCTAssertTrue(reactor.turn())
    XCTAssertEqual(journal.polls, [1])
  }

  func testAnInterruptWakesItsTaskAndCountsOnce() throws {
    var reactor = try makeReactor()
    let task = try spawn(&reactor, 2)
    reactor.turn()
    reactor.connect(source: 5, priority: 0, to: task)
    reactor.core.raise(source: 5)
    reactor.core.raise(source: 5)
    reactor.turn()
    XCTAssertEqual(journal.polls, [2, 2])
    XCTAssertEqual(reactor.context.record.counters.interruptsOfSource[5], 1)
  }

  func testTasksRunByTheirLevelWhateverTheInterruptOrder() throws {
    var reactor = try makeReactor()
    let last = try spawn(&reactor, 2)
    let middle = try spawn(&reactor, 1)
    let first = try spawn(&reactor, 0)
    reactor.turn()
    reactor.connect(source: 5, priority: 0, to: last)
    reactor.connect(source: 6, priority: 1, to: middle)
    reactor.core.raise(source: 5)
    reactor.core.raise(source: 6)
    reactor.wake(first)
    reactor.turn()
    XCTAssertEqual(journal.polls, [0, 1, 2, 0, 1, 2])
  }

  func testATaskWithMoreToDoIsPolledAgainUnderTheBudget() throws {
    var reactor = try makeReactor(pollsPerTurn: 10)
    _ = try spawn(&reactor, 1, remaining: 100)
    XCTAssertFalse(reactor.turn(), "a reactor with a ready task does not sleep")
    XCTAssertEqual(journal.polls.count, 10)
    for _ in 0..<20 { reactor.turn() }
    XCTAssertEqual(journal.polls.count, 101)
    XCTAssertGreaterThan(reactor.core.halts, 0)
  }

  func testATimerWakesItsTaskAtItsDeadlineAndNotBefore() throws {
    var reactor = try makeReactor()
    let deadline = Instant(nanoseconds: 5_000_000)
    _ = try spawn(&reactor, 1, deadlines: [deadline])
    reactor.turn()
    XCTAssertEqual(reactor.core.now, deadline, "asleep until the deadline")
    reactor.turn()
    XCTAssertEqual(journal.polls, [1, 1])
    XCTAssertEqual(journal.times[1], deadline)
    XCTAssertEqual(reactor.core.armed, .never, "no deadline, no alarm")
  }

  func testATaskWakesAnother() throws {
    var reactor = try makeReactor()
    let other = try spawn(&reactor, 0)
    reactor.turn()
    _ = try spawn(&reactor, 2, wakes: [other])
    reactor.turn()
    XCTAssertEqual(journal.polls, [0, 2, 0])
  }

  func testTheTraceShowsInterruptsAndTasksThatWantMore() throws {
    var reactor = try makeReactor()
    let task = try spawn(&reactor, 1, remaining: 3)
    reactor.connect(source: 6, priority: 0, to: task)
    reactor.core.raise(source: 6)
    reactor.turn()
    let trace = reactor.context.record.trace.event(age: 1)
    XCTAssertEqual(trace?.kind, .interrupt)
    XCTAssertEqual(trace?.subject, 6)
    XCTAssertEqual(reactor.context.record.trace.event(age: 0)?.kind, .task)
    XCTAssertEqual(reactor.context.record.trace.event(age: 0)?.subject, UInt32(task.slot))
    XCTAssertEqual(reactor.context.record.trace.event(age: 0)?.detail, 3, "the same again only counts")
    XCTAssertNil(reactor.context.record.trace.event(age: 2))
  }

  /// A mark that nobody takes would keep the core from ever sleeping again.
  func testASourceThatWakesNobodyIsTakenAllTheSame() throws {
    var reactor = try makeReactor()
    reactor.core.raise(source: 0)
    reactor.core.raise(source: 40)
    reactor.turn()
    XCTAssertEqual(reactor.core.pendingSources, 0)
    XCTAssertEqual(reactor.context.record.counters.interruptsOfSource[40], 1)
    XCTAssertEqual(journal.polls, [])
  }

  func testSleepIsAccountedFor() throws {
    var reactor = try makeReactor()
    _ = try spawn(&reactor, 1, deadlines: [Instant(nanoseconds: 5_000)])
    reactor.turn()
    reactor.turn()
    XCTAssertEqual(reactor.context.record.counters.idle, .nanoseconds(4_000))
  }
}
