import Buffers
import Reactors
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

private typealias Actors = Resident<Tallies<RoundRobin>>

private final class Journal {
  var handled: [Int] = []
  var polls = 0
  var escalations: [Escalation<Tally.Failure>] = []
  var refused: [Int] = []
}

/// The task that steps the store.
private struct Stepper: Schedulable {
  let actors: Actors
  let journal: Journal

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Escalation<Tally.Failure>> {
    journal.polls += 1
    return actors.use { store in
      store.poll(&context, budget: 2) { journal.handled.append($2.letter) }
    }
  }

  static var functions: TaskFunctions<Stepper> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// Spawns the store's task, and decides about its failures.
private struct Supervisor: Schedulable {
  enum Decision {
    case restart
    case resume
    case stop
    /// It does not know either, and finishes with the failure.
    case escalate
  }

  let actors: Actors
  let decision: Decision
  let journal: Journal
  var child: Child<Escalation<Tally.Failure>>?

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Tally.Failure> {
    if let child {
      guard case .ready(let escalation) = context.join(child) else { return .waiting }
      journal.escalations.append(escalation)
      if decision == .escalate { return .finished(escalation.failure) }
      let now = context.now
      actors.use { decide(escalation.actor, &$0, now) }
    }
    guard
      case .child(let stepper) = context.spawn(
        Stepper(actors: actors, journal: journal), "actors", keepsOutput: true)
    else { return .finished(.cannotRestart) }
    child = stepper
    return .waiting
  }

  private func decide(_ actor: ActorID, _ store: inout Tallies<RoundRobin>, _ now: Instant) {
    do throws(Tally.Failure) {
      switch decision {
      case .restart: try store.restart(actor, at: now)
      case .resume: store.resume(actor, at: now)
      case .stop, .escalate: store.stop(actor)
      }
    } catch {
      store.stop(actor)
    }
  }

  static var functions: TaskFunctions<Supervisor> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// Sends letters from another task; negative ones are bad.
private struct Sender: Schedulable {
  let actors: Actors
  let letters: [(value: Int, actor: ActorID)]
  let ledger: Ledger
  let journal: Journal

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    for (value, actor) in letters {
      let letter = Letter(abs(value), isBad: value < 0, ledger)
      if let letter = actors.send(letter, to: actor, from: &context).refused() {
        journal.refused.append(letter.value)
      }
    }
    return .finished
  }

  static var functions: TaskFunctions<Sender> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

/// Actors in a reactor: their store's task, who sends to it, and who supervises it.
final class ActorSupervisionTests: XCTestCase {
  private let memory = TestArena()
  private let ledger = Ledger()
  private let journal = Journal()

  private func makeReactor() throws -> Reactor<ManualCore, PriorityLevels> {
    try Reactor(core: ManualCore(), limits: ReactorLimits(taskCount: 8), in: &memory.arena)
  }

  private func makeActors() throws -> Actors {
    let limits = ActorLimits(actors: 3, mailboxCapacity: 6, restarts: RestartLimit(count: 1))
    return try Resident(try Tallies(limits: limits, in: &memory.arena), in: &memory.arena)
  }

  private func start(_ actors: Actors, _ policy: FailurePolicy) throws -> ActorID {
    try XCTUnwrap(actors.use { $0.start(Tally(ledger), onFailure: policy).id() })
  }

  private func supervise(
    _ actors: Actors, _ decision: Supervisor.Decision, _ reactor: inout Reactor<ManualCore, PriorityLevels>
  ) throws -> TaskID {
    let task = reactor.spawn(Supervisor(actors: actors, decision: decision, journal: journal), "supervisor")
      .id()
    reactor.turn()
    return try XCTUnwrap(task)
  }

  /// Lets a task send letters, and turns until all sleep.
  private func send(
    _ letters: [(value: Int, actor: ActorID)], _ actors: Actors,
    _ reactor: inout Reactor<ManualCore, PriorityLevels>
  ) {
    let sender = Sender(actors: actors, letters: letters, ledger: ledger, journal: journal)
    XCTAssertNotNil(reactor.spawn(sender, "sender").id())
    while !reactor.turn() {}
  }

  func testSendingWakesTheStoresTask() throws {
    var reactor = try makeReactor()
    let actors = try makeActors()
    let actor = try start(actors, .escalate)
    _ = try supervise(actors, .restart, &reactor)
    XCTAssertEqual(journal.polls, 1)
    reactor.turn()
    XCTAssertEqual(journal.polls, 1, "without mail it sleeps")
    send([(1, actor)], actors, &reactor)
    XCTAssertEqual(journal.handled, [1])
    XCTAssertEqual(journal.polls, 2)
    send([(2, actor), (3, actor), (4, actor)], actors, &reactor)
    XCTAssertEqual(journal.handled, [1, 2, 3, 4])
    XCTAssertEqual(journal.polls, 4, "a budget of two messages a poll")
  }

  func testMailThatWokeNobodyIsHandledWithTheNext() throws {
    var reactor = try makeReactor()
    let actors = try makeActors()
    let actor = try start(actors, .escalate)
    _ = try supervise(actors, .restart, &reactor)
    XCTAssertTrue(actors.use { $0.send(Letter(1, ledger), to: actor, at: .zero) }.isDelivered)
    XCTAssertTrue(reactor.turn())
    XCTAssertEqual(journal.handled, [])
    send([(2, actor)], actors, &reactor)
    XCTAssertEqual(journal.handled, [1, 2])
  }

  func testAFullMailboxIsTheSendersMatter() throws {
    var reactor = try makeReactor()
    let actors = try makeActors()
    let actor = try start(actors, .escalate)
    _ = try supervise(actors, .restart, &reactor)
    send((0..<8).map { ($0, actor) }, actors, &reactor)
    XCTAssertEqual(journal.refused, [6, 7])
    XCTAssertEqual(journal.handled, [0, 1, 2, 3, 4, 5])
  }

  func testTheSupervisorRestartsWhatEscalated() throws {
    var reactor = try makeReactor()
    let actors = try makeActors()
    let first = try start(actors, .escalate)
    let second = try start(actors, .escalate)
    _ = try supervise(actors, .restart, &reactor)
    send([(1, first), (-2, first), (3, first), (7, second)], actors, &reactor)
    XCTAssertEqual(journal.escalations.map(\.actor), [first])
    XCTAssertEqual(journal.escalations.map(\.failure), [.bad(2)])
    XCTAssertEqual(journal.handled.sorted(), [1, 2, 3, 7])
    XCTAssertEqual(
      actors.use { $0.state(of: first) }, Tally.State(count: 1, last: 3), "begun anew, mail kept")
    XCTAssertEqual(actors.use { $0.state(of: second) }, Tally.State(count: 1, last: 7))
    send([(4, first)], actors, &reactor)
    XCTAssertEqual(journal.handled.last, 4, "the task spawned anew is woken")
    XCTAssertEqual(ledger.letters, 0)
  }

  func testTheSupervisorResumesWhatEscalated() throws {
    var reactor = try makeReactor()
    let actors = try makeActors()
    let actor = try start(actors, .escalate)
    _ = try supervise(actors, .resume, &reactor)
    send([(1, actor), (-2, actor), (3, actor)], actors, &reactor)
    XCTAssertEqual(actors.use { $0.state(of: actor) }, Tally.State(count: 2, last: 3))
  }

  func testTheSupervisorLearnsOfTheRestartLimitAndStopsTheActor() throws {
    var reactor = try makeReactor()
    let actors = try makeActors()
    let actor = try start(actors, .restart)
    let other = try start(actors, .restart)
    _ = try supervise(actors, .stop, &reactor)
    send([(-1, actor), (-2, actor), (3, actor), (7, other)], actors, &reactor)
    XCTAssertEqual(journal.escalations.map(\.cause), [.restartLimit])
    XCTAssertFalse(actors.use { $0.contains(actor) })
    XCTAssertEqual(actors.use { $0.counters.deadLetters }, 1)
    XCTAssertEqual(journal.handled.sorted(), [1, 2, 7])
    send([(5, actor), (6, other)], actors, &reactor)
    XCTAssertEqual(journal.refused, [5])
    XCTAssertEqual(journal.handled.last, 6)
    XCTAssertEqual(ledger.letters, 0)
    XCTAssertEqual(ledger.processes, 1)
  }

  func testASupervisorThatDoesNotKnowEitherEndsAndTheMailStays() throws {
    var reactor = try makeReactor()
    let actors = try makeActors()
    let actor = try start(actors, .escalate)
    let supervisor = try supervise(actors, .escalate, &reactor)
    send([(-1, actor), (2, actor)], actors, &reactor)
    XCTAssertFalse(reactor.context.cancel(supervisor), "it has finished")
    XCTAssertEqual(reactor.context.taskCount, 0)
    XCTAssertTrue(actors.use { $0.isSuspended(actor) })
    XCTAssertEqual(ledger.letters, 1)
    XCTAssertTrue(actors.use { $0.resume(actor, at: .zero) })
    _ = try supervise(actors, .restart, &reactor)
    XCTAssertEqual(journal.handled, [1, 2], "whoever comes next goes on with it")
  }

  func testCancellingTheSupervisorEndsTheStoresTaskAndNotTheActors() throws {
    var reactor = try makeReactor()
    let actors = try makeActors()
    let actor = try start(actors, .escalate)
    let supervisor = try supervise(actors, .restart, &reactor)
    XCTAssertTrue(reactor.context.cancel(supervisor))
    XCTAssertEqual(reactor.context.taskCount, 0)
    send([(1, actor)], actors, &reactor)
    XCTAssertEqual(journal.handled, [])
    XCTAssertEqual(actors.use { $0.mailCount(of: actor) }, 1)
    _ = try supervise(actors, .restart, &reactor)
    XCTAssertEqual(journal.handled, [1])
  }
}
