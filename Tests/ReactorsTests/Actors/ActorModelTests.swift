import Buffers
import Reactors
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

/// What a broken store would do, for seeing that the comparison notices it.
private enum Mutant {
  case none
  /// A stale name reaches the next actor of its place.
  case misdirects
  /// A message that found no room is lost.
  case loses
  /// Two letters of one step are handled in the other order.
  case swaps
  /// An actor that stops keeps its name.
  case forgetsToStop
  /// Suspended actors go on by themselves.
  case resumes
}

/// A store and the plain account of what it does, under random use.
private struct Comparison<Mail: TaskDiscipline & ~Copyable>: ~Copyable {
  let ledger = Ledger()
  let mutant: Mutant
  let checksOrder: Bool
  var random: SeededRandom
  var store: Tallies<Mail>
  var reference: ActorReference
  /// The names of all actors there ever were, by their number.
  var names: [ActorID] = []
  var now = Instant.zero
  var nextLetter = 0
  var difference: String?
  var seen: Set<String> = []

  init(_ random: SeededRandom, _ mutant: Mutant, checksOrder: Bool, in arena: inout Arena) throws {
    let limits = ActorLimits(
      actors: 5, mailboxCapacity: 4, restarts: RestartLimit(count: 2, period: .nanoseconds(2_000)))
    self.random = random
    self.mutant = mutant
    self.checksOrder = checksOrder
    store = try Tallies<Mail>(limits: limits, in: &arena)
    reference = ActorReference(limits: limits)
  }

  private mutating func expect<Value: Equatable>(_ got: Value, _ wanted: Value, _ what: String) {
    if got != wanted, difference == nil { difference = "\(what): \(got), and not \(wanted)" }
  }

  /// An actor's number: mostly one of the latest, so that living and stale ones are met.
  private mutating func anyone() -> Int? {
    names.isEmpty ? nil : Int.random(in: max(0, names.count - 9)..<names.count, using: &random)
  }

  mutating func act() {
    now = now + .nanoseconds(UInt64.random(in: 0...20, using: &random))
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<10: start()
    case 10..<60: if let number = anyone() { send(to: number) }
    case 60..<85: step(Int.random(in: 0...4, using: &random))
    case 85..<88: if let number = anyone() { stop(number) }
    case 88..<90: if let number = anyone() { restart(number) }
    default:
      if let number = anyone() {
        expect(store.resume(names[number], at: now), reference.resume(number), "resume")
      }
    }
    compare()
  }

  private mutating func start() {
    let policies: [FailurePolicy] = [.resume, .restart, .restart, .stop, .escalate]
    let policy = policies.randomElement(using: &random)!
    let restarts = Int.random(in: 0...5, using: &random)
    let attributes = TaskAttributes(
      level: UInt8.random(in: 0...2, using: &random), weight: UInt16.random(in: 1...4, using: &random),
      patience: .nanoseconds(UInt64.random(in: 0...50, using: &random)))
    let name = store.start(Tally(restarts: restarts, ledger), attributes, onFailure: policy).id()
    let number = reference.start(policy, restarts: restarts)
    expect(name != nil, number != nil, "start")
    if let name { names.append(name) }
  }

  private mutating func send(to number: Int) {
    let isBad = Int.random(in: 0..<6, using: &random) == 0
    let value = nextLetter
    nextLetter += 1
    var name = names[number]
    if mutant == .misdirects, let other = names.last(where: { $0.index == name.index }) { name = other }
    let wanted = reference.send(value, isBad: isBad, to: number)
    seen.insert("\(wanted)")
    switch store.send(Letter(value, isBad: isBad, ledger), to: name, at: now) {
    case .delivered: expect(.delivered, wanted, "send")
    case .full(let letter):
      expect(letter.value, value, "the letter that comes back")
      expect(mutant == .loses ? .delivered : .full, wanted, "send")
    case .dead(let letter):
      expect(letter.value, value, "the letter that comes back")
      expect(.dead, wanted, "send")
    }
  }

  private mutating func step(_ budget: Int) {
    var handled: [(actor: ActorID, letter: Int)] = []
    let step = store.step(budget: budget, at: now) { handled.append(($0, $2.letter)) }
    if mutant == .swaps, handled.count > 1 { handled.swapAt(0, 1) }
    var cause: EscalationCause?
    for (actor, letter) in handled {
      guard let number = names.lastIndex(of: actor) else {
        return expect(actor.index, -1, "an unknown actor")
      }
      if checksOrder { expect(number, reference.order.first, "who is picked") }
      guard let wanted = reference.handle(number, at: now) else {
        return expect(number, -1, "who must not be picked")
      }
      expect(letter, wanted.value, "the letter")
      expect(cause, nil, "a step goes on after an escalation")
      cause = wanted.cause
    }
    check(
      step, cause, number: handled.last.flatMap { names.lastIndex(of: $0.actor) }, handled.count == budget)
  }

  private mutating func check(
    _ step: ActorStep<Tally.Failure>, _ cause: EscalationCause?, number: Int?, _ isBudgetUsed: Bool
  ) {
    switch step {
    case .idle: expect(reference.order, [], "idle")
    case .more: expect(isBudgetUsed && !reference.order.isEmpty, true, "more")
    case .escalated(let escalation):
      seen.insert("\(escalation.cause)")
      expect(escalation.cause, cause, "escalation")
      expect(number.map { names[$0] }, escalation.actor, "who escalates")
      if mutant == .resumes { store.resume(escalation.actor, at: now) }
      return
    }
    expect(cause, nil, "no escalation")
  }

  private mutating func stop(_ number: Int) {
    let before = reference.deadLetters.count
    let isLiving = reference.stop(number)
    if mutant == .forgetsToStop { return }
    let buried = store.bury(names[number])
    expect(buried != nil, isLiving, "stop")
    if let buried { expect(buried.letters, Array(reference.deadLetters[before...]), "dead letters") }
  }

  private mutating func restart(_ number: Int) {
    let wanted = reference.restart(number)
    do throws(Tally.Failure) {
      expect(try store.restart(names[number], at: now), wanted, "restart")
    } catch {
      expect(false, wanted, "restart")
    }
  }

  private mutating func compare() {
    expect(store.count, reference.actors.count, "living actors")
    expect(ledger.processes, reference.actors.count, "processes")
    expect(ledger.letters, reference.actors.values.reduce(0) { $0 + $1.mail.count }, "letters")
    expect(Int(store.counters.deadLetters), reference.deadLetters.count, "dead letters counted")
    expect(store.isIdle, reference.order.isEmpty, "idle")
    for (number, name) in names.enumerated().suffix(12) {
      let actor = reference.actors[number]
      expect(store.state(of: name), actor.map { Tally.State(count: $0.count, last: $0.last) }, "state")
      expect(store.mailCount(of: name), actor?.mail.count ?? 0, "mail")
      expect(store.isSuspended(name), actor?.isSuspended ?? false, "suspended")
    }
  }
}

/// The store against a plain account of it, with seeds, under every discipline.
final class ActorModelTests: XCTestCase {
  /// Compares under random use; gives the first difference.
  private func compare<Mail: TaskDiscipline & ~Copyable>(
    _ discipline: Mail.Type, _ mutant: Mutant = .none, checksOrder: Bool = false, rounds: Int = 4,
    acts: Int = 1_500
  ) throws -> String? {
    var random = SeededRandom()
    var seen: Set<String> = []
    for _ in 0..<rounds {
      let memory = TestArena(byteCount: 1 << 18)
      let seed = SeededRandom(seed: random.next())
      var comparison = try Comparison<Mail>(seed, mutant, checksOrder: checksOrder, in: &memory.arena)
      for act in 0..<acts {
        comparison.act()
        if let difference = comparison.difference { return "SEED=\(random.seed), act \(act): \(difference)" }
      }
      seen.formUnion(comparison.seen)
      let ledger = comparison.ledger
      _ = consume comparison
      if ledger.letters != 0 || ledger.processes != 0 { return "SEED=\(random.seed): something is left" }
    }
    XCTAssertEqual(
      seen, ["delivered", "full", "dead", "declared", "restartLimit", "restartFailed"], "\(random.seed)")
    return nil
  }

  func testAgainstAPlainAccount() throws {
    XCTAssertNil(try compare(RoundRobin.self, checksOrder: true))
    XCTAssertNil(try compare(PriorityLevels.self))
    XCTAssertNil(try compare(DeadlineTree.self))
    XCTAssertNil(try compare(WeightedFair.self))
  }

  /// The controls: what a broken store does is seen.
  func testBrokenStoresAreNoticed() throws {
    for mutant in [Mutant.misdirects, .loses, .swaps, .forgetsToStop, .resumes] {
      XCTAssertNotNil(try compare(RoundRobin.self, mutant, checksOrder: true, rounds: 1), "\(mutant)")
    }
    XCTAssertNotNil(try compare(PriorityLevels.self, checksOrder: true, rounds: 1), "it is not in turn")
  }
}
