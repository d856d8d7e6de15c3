import Buffers
import Reactors
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

final class ActorStoreTests: XCTestCase {
  private let memory = TestArena()
  private let ledger = Ledger()

  private func makeStore(actors: Int = 4, mailbox: Int = 3) throws -> Tallies<RoundRobin> {
    try Tallies(limits: ActorLimits(actors: actors, mailboxCapacity: mailbox), in: &memory.arena)
  }

  private func start(_ store: inout Tallies<RoundRobin>) throws -> ActorID {
    try XCTUnwrap(store.start(Tally(ledger), onFailure: .resume).id())
  }

  /// Sends letters with these values, and gives back those that came back.
  private func send(_ values: [Int], to actor: ActorID, _ store: inout Tallies<RoundRobin>) -> [Int] {
    var returned: [Int] = []
    for value in values {
      if let letter = store.send(Letter(value, ledger), to: actor, at: .zero).refused() {
        returned.append(letter.value)
      }
    }
    return returned
  }

  private func handleAll(_ store: inout Tallies<RoundRobin>, budget: Int = .max) -> [[Int]] {
    var handled: [[Int]] = []
    _ = store.step(budget: budget, at: .zero) { actor, _, result in
      handled.append([actor.index, result.letter])
    }
    return handled
  }

  func testAFullMailboxGivesTheMessageBackAndKeepsTheOthers() throws {
    var store = try makeStore()
    let actor = try start(&store)
    XCTAssertEqual(send([1, 2, 3, 4, 5], to: actor, &store), [4, 5])
    guard case .full(let letter) = store.send(Letter(6, ledger), to: actor, at: .zero) else {
      return XCTFail("a full mailbox takes nothing")
    }
    XCTAssertEqual(letter.value, 6)
    XCTAssertEqual(store.mailCount(of: actor), 3)
    XCTAssertEqual(store.counters.refusedFull, 3)
    XCTAssertEqual(store.counters.delivered, 3)
    XCTAssertEqual(handleAll(&store), [[0, 1], [0, 2], [0, 3]])
    XCTAssertEqual(send([7], to: actor, &store), [], "there is room again")
  }

  func testADeadActorGivesTheMessageBack() throws {
    var store = try makeStore()
    let actor = try start(&store)
    XCTAssertNotNil(store.bury(actor))
    guard case .dead(let letter) = store.send(Letter(6, ledger), to: actor, at: .zero) else {
      return XCTFail("a dead actor takes nothing")
    }
    XCTAssertEqual(letter.value, 6)
    XCTAssertEqual(store.counters.refusedDead, 1)
    XCTAssertEqual(handleAll(&store), [])
  }

  func testANameThatIsStaleNeverReachesTheNextActorOfItsPlace() throws {
    var store = try makeStore(actors: 1)
    var names = [try start(&store)]
    for _ in 0..<100 {
      let last = try XCTUnwrap(names.last)
      store.stop(last)
      names.append(try start(&store))
      XCTAssertEqual(names.last?.index, last.index)
      for name in names.dropLast() {
        XCTAssertEqual(send([1], to: name, &store), [1])
        XCTAssertFalse(store.contains(name))
        XCTAssertNil(store.state(of: name))
        XCTAssertNil(store.bury(name))
        XCTAssertFalse(store.resume(name, at: .zero))
        XCTAssertFalse(try store.restart(name, at: .zero))
        XCTAssertEqual(store.mailCount(of: name), 0)
      }
    }
    XCTAssertEqual(Set(names).count, names.count)
    let living = try XCTUnwrap(names.last)
    XCTAssertTrue(store.contains(living))
    XCTAssertEqual(store.mailCount(of: living), 0)
    XCTAssertEqual(store.count, 1)
  }

  func testTheNextActorOfAPlaceFindsAnEmptyMailbox() throws {
    var store = try makeStore(actors: 1)
    let first = try start(&store)
    XCTAssertEqual(send([1, 2], to: first, &store), [])
    XCTAssertEqual(store.bury(first)?.letters, [1, 2])
    XCTAssertEqual(store.counters.deadLetters, 2)
    let second = try start(&store)
    XCTAssertTrue(store.isIdle)
    XCTAssertEqual(send([3], to: second, &store), [])
    XCTAssertEqual(handleAll(&store), [[0, 3]])
  }

  func testAFullStoreGivesTheProcessBack() throws {
    var store = try makeStore(actors: 2)
    _ = try start(&store)
    let second = try start(&store)
    guard case .full(let process) = store.start(Tally(ledger), onFailure: .stop) else {
      return XCTFail("there is no place")
    }
    XCTAssertEqual(ledger.processes, 3)
    XCTAssertEqual(store.count, 2)
    XCTAssertNotNil(store.bury(second))
    let third = store.start(process, onFailure: .stop).id()
    XCTAssertNotNil(third)
  }

  func testMessagesOfAnActorAreHandledAsTheyWereSent() throws {
    var store = try makeStore(actors: 3, mailbox: 8)
    let actors = [try start(&store), try start(&store), try start(&store)]
    for value in 0..<24 { XCTAssertEqual(send([value], to: actors[value % 3], &store), []) }
    let handled = handleAll(&store)
    for place in 0..<3 {
      XCTAssertEqual(handled.filter { $0[0] == place }.map { $0[1] }, (0..<8).map { $0 * 3 + place })
    }
    XCTAssertEqual(store.state(of: actors[1]), Tally.State(count: 8, last: 22))
  }

  func testABudgetIsKeptAndAStepSaysWhetherThereIsMore() throws {
    var store = try makeStore()
    let actor = try start(&store)
    XCTAssertEqual(send([1, 2, 3], to: actor, &store), [])
    guard
      case .more = store.step(budget: 0, at: .zero, handled: { _, _, _ in XCTFail("nothing was allowed") })
    else {
      return XCTFail("there is mail")
    }
    XCTAssertEqual(handleAll(&store, budget: 2).count, 2)
    guard case .idle = store.step(budget: 1, at: .zero, handled: { _, _, _ in }) else {
      return XCTFail("the last message was handled within the budget")
    }
    guard case .idle = store.step(budget: 1, at: .zero, handled: { _, _, _ in XCTFail("nothing was sent") })
    else {
      return XCTFail("there is no mail")
    }
  }

  func testEverythingIsGivenBackWithTheStore() throws {
    do {
      var store = try makeStore()
      let actors = [try start(&store), try start(&store), try start(&store)]
      for actor in actors { XCTAssertEqual(send([1, 2], to: actor, &store), []) }
      _ = handleAll(&store, budget: 2)
      store.stop(actors[0])
      XCTAssertEqual(ledger.letters, 3)
      XCTAssertEqual(ledger.processes, 2)
    }
    XCTAssertEqual(ledger.letters, 0)
    XCTAssertEqual(ledger.processes, 0)
  }

  func testAnArenaThatIsTooSmallIsSaidSo() {
    let small = TestArena(byteCount: 4096)
    do throws(ArenaError) {
      let store = try Tallies<RoundRobin>(
        limits: ActorLimits(actors: 64, mailboxCapacity: 64), in: &small.arena)
      XCTFail("no room for \(store.capacity)")
    } catch {
      XCTAssertEqual(error, .exhausted)
    }
  }
}
