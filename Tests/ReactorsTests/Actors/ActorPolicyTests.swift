import Buffers
import Reactors
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

/// What is done about a message that an actor refuses.
final class ActorPolicyTests: XCTestCase {
  private let memory = TestArena()
  private let ledger = Ledger()
  private var handled: [Int] = []

  private func makeStore(_ restarts: RestartLimit = RestartLimit()) throws -> Tallies<RoundRobin> {
    try Tallies(limits: ActorLimits(actors: 2, mailboxCapacity: 8, restarts: restarts), in: &memory.arena)
  }

  private func start(
    _ store: inout Tallies<RoundRobin>, _ policy: FailurePolicy, restarts: Int = .max
  ) throws -> ActorID {
    try XCTUnwrap(store.start(Tally(restarts: restarts, ledger), onFailure: policy).id())
  }

  /// Sends letters; negative ones are bad.
  private func send(_ values: [Int], to actor: ActorID, _ store: inout Tallies<RoundRobin>) {
    for value in values {
      let delivery = store.send(Letter(abs(value), isBad: value < 0, ledger), to: actor, at: .zero)
      XCTAssertTrue(delivery.isDelivered)
    }
  }

  /// Hands out mail until nothing is left or a failure escalates.
  private func run(_ store: inout Tallies<RoundRobin>, at seconds: UInt64 = 0) -> Escalation<Tally.Failure>? {
    let now = Instant.zero + .seconds(seconds)
    switch store.step(budget: 100, at: now, handled: { self.handled.append($2.letter) }) {
    case .idle: return nil
    case .more:
      XCTFail("the budget is large")
      return nil
    case .escalated(let escalation): return escalation
    }
  }

  func testAnActorThatResumesKeepsItsStateAndItsMail() throws {
    var store = try makeStore()
    let actor = try start(&store, .resume)
    send([1, -2, 3], to: actor, &store)
    XCTAssertNil(run(&store))
    XCTAssertEqual(handled, [1, 2, 3])
    XCTAssertEqual(store.state(of: actor), Tally.State(count: 2, last: 3))
    XCTAssertEqual(store.counters.failures, 1)
    XCTAssertEqual(store.counters.restarts, 0)
  }

  func testAnActorThatRestartsBeginsAnewAndKeepsItsMail() throws {
    var store = try makeStore()
    let actor = try start(&store, .restart)
    send([1, -2, 3], to: actor, &store)
    XCTAssertNil(run(&store))
    XCTAssertEqual(handled, [1, 2, 3])
    XCTAssertEqual(store.state(of: actor), Tally.State(count: 1, last: 3))
    XCTAssertEqual(store.counters.restarts, 1)
    XCTAssertTrue(store.contains(actor), "it is the same actor under the same name")
  }

  func testAnActorThatStopsIsDeadAndItsMailIsCounted() throws {
    var store = try makeStore()
    let actor = try start(&store, .stop)
    let other = try start(&store, .stop)
    send([1, -2, 3, 4], to: actor, &store)
    send([7], to: other, &store)
    XCTAssertNil(run(&store))
    XCTAssertEqual(handled, [1, 7, 2])
    XCTAssertFalse(store.contains(actor))
    XCTAssertEqual(store.counters.deadLetters, 2)
    XCTAssertEqual(store.counters.stopped, 1)
    XCTAssertEqual(ledger.letters, 0)
    XCTAssertEqual(ledger.processes, 1)
    XCTAssertFalse(store.send(Letter(5, ledger), to: actor, at: .zero).isDelivered)
  }

  func testAnActorThatEscalatesIsSuspendedWithItsMail() throws {
    var store = try makeStore()
    let actor = try start(&store, .escalate)
    let other = try start(&store, .escalate)
    send([-1, 2], to: actor, &store)
    send([7, 8], to: other, &store)
    let escalation = try XCTUnwrap(run(&store))
    XCTAssertEqual(escalation.actor, actor)
    XCTAssertEqual(escalation.failure, .bad(1))
    XCTAssertEqual(escalation.cause, .declared)
    XCTAssertTrue(store.isSuspended(actor))
    XCTAssertNil(run(&store), "the others go on")
    XCTAssertEqual(handled, [1, 7, 8])
    send([3], to: actor, &store)
    XCTAssertTrue(store.isIdle, "mail to a suspended actor waits")
    XCTAssertEqual(store.mailCount(of: actor), 2)
    XCTAssertTrue(store.resume(actor, at: .zero))
    XCTAssertNil(run(&store))
    XCTAssertEqual(handled, [1, 7, 8, 2, 3])
  }

  func testTheOwnerRestartsOrStopsASuspendedActor() throws {
    var store = try makeStore()
    let actor = try start(&store, .escalate)
    send([1, -2, 3], to: actor, &store)
    XCTAssertNotNil(run(&store))
    XCTAssertTrue(try store.restart(actor, at: .zero))
    XCTAssertNil(run(&store))
    XCTAssertEqual(store.state(of: actor), Tally.State(count: 1, last: 3))
    send([-4, 5, 6], to: actor, &store)
    XCTAssertNotNil(run(&store))
    let buried = try XCTUnwrap(store.bury(actor))
    XCTAssertEqual(buried.letters, [5, 6])
    XCTAssertEqual(buried.state.count, 1, "the process comes back as it was")
    let next = try start(&store, .escalate)
    XCTAssertFalse(store.isSuspended(next), "what comes after it is not suspended")
  }

  func testOneRestartAboveTheLimitEscalates() throws {
    var store = try makeStore(RestartLimit(count: 2, period: .seconds(10)))
    let actor = try start(&store, .restart)
    send([-1], to: actor, &store)
    XCTAssertNil(run(&store, at: 100))
    send([-2], to: actor, &store)
    XCTAssertNil(run(&store, at: 105))
    send([-3, 4], to: actor, &store)
    let escalation = try XCTUnwrap(run(&store, at: 110), "the period's ends are included")
    XCTAssertEqual(escalation.cause, .restartLimit)
    XCTAssertEqual(escalation.failure, .bad(3))
    XCTAssertEqual(store.counters.restarts, 2)
    XCTAssertTrue(store.isSuspended(actor))
    XCTAssertTrue(try store.restart(actor, at: .zero))
    send([-5, -6, -7], to: actor, &store)
    XCTAssertEqual(run(&store, at: 111)?.failure, .bad(7), "the owner's restart begins the count anew")
  }

  func testRestartsThatAreFarEnoughApartGoOnForEver() throws {
    var store = try makeStore(RestartLimit(count: 2, period: .seconds(10)))
    let actor = try start(&store, .restart)
    for second in stride(from: UInt64(0), to: 600, by: 6) {
      send([-1], to: actor, &store)
      XCTAssertNil(run(&store, at: 100 + second))
    }
    XCTAssertEqual(store.counters.restarts, 100)
  }

  func testALimitOfNoRestartsAlwaysEscalates() throws {
    var store = try makeStore(RestartLimit(count: 0, period: .seconds(1)))
    let actor = try start(&store, .restart)
    send([-1], to: actor, &store)
    XCTAssertEqual(run(&store)?.cause, .restartLimit)
  }

  func testAProcessThatCannotBeginAnewEscalates() throws {
    var store = try makeStore()
    let actor = try start(&store, .restart, restarts: 0)
    send([-1, 2], to: actor, &store)
    let escalation = try XCTUnwrap(run(&store))
    XCTAssertEqual(escalation.cause, .restartFailed)
    XCTAssertEqual(escalation.failure, .cannotRestart)
    XCTAssertThrowsError(try store.restart(actor, at: .zero))
    XCTAssertTrue(store.isSuspended(actor), "it is what it was")
    XCTAssertTrue(store.resume(actor, at: .zero))
    XCTAssertNil(run(&store))
    XCTAssertEqual(handled, [1, 2])
  }
}
