import Buffers
import Reactors
import TestSupport
import Timing
import Tracing
import XCTest

/// Tasks that write down when they were polled.
private struct RecordingTasks: TaskSet {
  var polls: [Int] = []
  var times: [Instant] = []
  /// How often each task still says that it has more to do.
  var remaining: [Int: Int] = [:]
  /// The deadlines that each task asks for, one a poll.
  var deadlines: [Int: [Instant]] = [:]
  var wakes: [Int: Int] = [:]

  mutating func poll(task: Int, in context: inout TaskContext, record: inout ReactorRecord) -> TaskStatus {
    polls.append(task)
    times.append(context.now)
    if let first = deadlines[task]?.first {
      context.deadline = first
      deadlines[task]!.removeFirst()
    }
    if let other = wakes[task] { context.wake(task: other) }
    guard let left = remaining[task], left > 0 else { return .waiting }
    remaining[task] = left - 1
    return .ready
  }
}

final class ReactorTests: XCTestCase {
  private func makeReactor(_ memory: TestArena) throws -> Reactor<ManualCore> {
    var reactor = try Reactor(core: ManualCore(timerSource: 0), traceCapacity: 64, in: &memory.arena)
    for task in 0..<3 { reactor.register(task: task, priority: task) }
    reactor.connect(source: 5, priority: 0, to: 2)
    reactor.connect(source: 6, priority: 1, to: 1)
    return reactor
  }

  func testAnInterruptWakesItsTaskAndCountsOnce() throws {
    let memory = TestArena()
    var reactor = try makeReactor(memory)
    var tasks = RecordingTasks()
    reactor.core.raise(source: 5)
    reactor.core.raise(source: 5)
    reactor.turn(&tasks)
    XCTAssertEqual(tasks.polls, [2])
    XCTAssertEqual(reactor.record.counters.interruptsOfSource[5], 1)
    XCTAssertEqual(reactor.core.halts, 1)
  }

  func testTasksRunByTheirPriorityWhateverTheInterruptOrder() throws {
    let memory = TestArena()
    var reactor = try makeReactor(memory)
    var tasks = RecordingTasks()
    reactor.core.raise(source: 5)
    reactor.core.raise(source: 6)
    reactor.wake(task: 0)
    reactor.turn(&tasks)
    XCTAssertEqual(tasks.polls, [0, 1, 2])
  }

  func testATaskWithMoreToDoIsPolledAgainUnderTheBudget() throws {
    let memory = TestArena()
    var reactor = try makeReactor(memory)
    var tasks = RecordingTasks(remaining: [1: 100])
    reactor.wake(task: 1)
    reactor.turn(&tasks, budget: 10)
    XCTAssertEqual(tasks.polls.count, 10)
    XCTAssertEqual(reactor.core.halts, 0, "a reactor with a ready task does not sleep")
    for _ in 0..<20 { reactor.turn(&tasks, budget: 10) }
    XCTAssertEqual(tasks.polls.count, 101)
    XCTAssertGreaterThan(reactor.core.halts, 0)
  }

  func testATimerWakesItsTaskAtItsDeadlineAndNotBefore() throws {
    let memory = TestArena()
    var reactor = try makeReactor(memory)
    let deadline = Instant(nanoseconds: 5_000_000)
    var tasks = RecordingTasks(deadlines: [1: [deadline]])
    reactor.wake(task: 1)
    reactor.turn(&tasks)
    XCTAssertEqual(reactor.core.now, deadline, "asleep until the deadline")
    reactor.turn(&tasks)
    XCTAssertEqual(tasks.polls, [1, 1])
    XCTAssertEqual(tasks.times[1], deadline)
    XCTAssertEqual(reactor.core.armed, .never, "no deadline, no alarm")
  }

  func testATaskWakesAnother() throws {
    let memory = TestArena()
    var reactor = try makeReactor(memory)
    var tasks = RecordingTasks(wakes: [2: 0])
    reactor.wake(task: 2)
    reactor.turn(&tasks)
    XCTAssertEqual(tasks.polls, [2, 0])
  }

  func testTheTraceShowsInterruptsAndTasksThatWantMore() throws {
    let memory = TestArena()
    var reactor = try makeReactor(memory)
    var tasks = RecordingTasks(remaining: [1: 3])
    reactor.core.raise(source: 6)
    reactor.turn(&tasks)
    XCTAssertEqual(reactor.record.trace.event(age: 1)?.kind, .interrupt)
    XCTAssertEqual(reactor.record.trace.event(age: 1)?.subject, 6)
    XCTAssertEqual(reactor.record.trace.event(age: 0)?.kind, .task)
    XCTAssertEqual(reactor.record.trace.event(age: 0)?.subject, 1)
    XCTAssertEqual(reactor.record.trace.event(age: 0)?.detail, 3, "the same again only counts")
    XCTAssertNil(reactor.record.trace.event(age: 2))
  }

  /// A mark that nobody takes would keep the core from ever sleeping again.
  func testASourceThatWakesNobodyIsTakenAllTheSame() throws {
    let memory = TestArena()
    var reactor = try makeReactor(memory)
    var tasks = RecordingTasks()
    reactor.core.raise(source: 0)
    reactor.core.raise(source: 40)
    reactor.turn(&tasks)
    XCTAssertEqual(reactor.core.pendingSources, 0)
    XCTAssertEqual(reactor.record.counters.interruptsOfSource[40], 1)
    XCTAssertEqual(tasks.polls, [])
  }

  func testSleepIsAccountedFor() throws {
    let memory = TestArena()
    var reactor = try makeReactor(memory)
    var tasks = RecordingTasks(deadlines: [1: [Instant(nanoseconds: 5_000)]])
    reactor.wake(task: 1)
    reactor.turn(&tasks)
    reactor.turn(&tasks)
    XCTAssertEqual(reactor.record.counters.idle, .nanoseconds(4_000))
  }
}
