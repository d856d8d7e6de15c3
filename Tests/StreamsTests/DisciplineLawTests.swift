import Streams
import TestSupport
import XCTest

/// The laws, put to every discipline there is, and to some that break them.
final class DisciplineLawTests: XCTestCase {
  func testEveryDisciplineKeepsTheLaws() throws {
    var random = SeededRandom()
    let memory = TestArena()
    for _ in 0..<2 {
      for rule in try DisciplineCases.all(in: &memory.arena) {
        let trace = DisciplineSchedule.run(rule, &random)
        XCTAssertEqual(trace.brokenLaws(rule.promise), [], "\(rule.name), SEED=\(random.seed)")
        XCTAssertGreaterThan(trace.pickCount, 1_000, "\(rule.name) was hardly used, SEED=\(random.seed)")
      }
    }
  }

  /// The controls: each way of breaking a law is noticed by the check meant for it, and by no other.
  func testEachBrokenLawIsNoticedByItsOwnCheck() {
    func brokenLaws(_ fault: BrokenQueue.Fault?) -> Set<DisciplineLaw> {
      var random = SeededRandom(seed: 3)
      let isOrdered = fault != .picksTheNewest
      let promise = DisciplinePromise(
        makeOrder: { isOrdered ? LeastFirst.arrival : nil }, waitBound: { _ in BrokenQueue.capacity * 2 })
      let rule = DisciplineCase("broken", BrokenQueue(fault: fault), promise) { $0.offer($1.number) }
      return DisciplineSchedule.run(rule, &random).brokenLaws(promise)
    }
    XCTAssertEqual(brokenLaws(nil), [])
    XCTAssertEqual(brokenLaws(.loses), [.nothingIsLost])
    XCTAssertEqual(brokenLaws(.repeats), [.nothingComesTwice])
    XCTAssertEqual(brokenLaws(.reorders), [.orderIsKept])
    XCTAssertEqual(brokenLaws(.ignoresTheLimit), [.limitIsKept])
    XCTAssertEqual(brokenLaws(.picksTheNewest), [.nothingStarves])
    XCTAssertEqual(brokenLaws(.isLazy), [.nothingIsHeldBack])
    XCTAssertEqual(brokenLaws(.goesOnAfterTheEnd), [.endIsEmpty])
  }
}

/// A queue that does something wrong every seventh time, or always.
private struct BrokenQueue: Discipline {
  enum Fault { case loses, repeats, reorders, ignoresTheLimit, picksTheNewest, isLazy, goesOnAfterTheEnd }
  static let capacity = 10

  let fault: Fault?
  private var messages: [Int] = []
  private var last = 0
  private var turn = 0
  private var emptyTurns = 0

  init(fault: Fault?) { self.fault = fault }

  mutating func offer(_ message: Int) -> Bool {
    guard messages.count < Self.capacity else { return false }
    if fault != .loses || message % 7 != 0 { messages.append(message) }
    return true
  }

  mutating func select(_ limit: UInt64) -> Int? {
    guard limit > 0 || fault == .ignoresTheLimit else { return nil }
    turn += 1
    guard !messages.isEmpty else {
      emptyTurns += 1
      return fault == .goesOnAfterTheEnd && emptyTurns > 15 ? last : nil
    }
    emptyTurns = 0
    if turn % 7 == 0 {
      if fault == .isLazy { return nil }
      if fault == .repeats, turn > 7 { return last }
      if fault == .reorders, messages.count > 1 { messages.swapAt(0, 1) }
    }
    last = fault == .picksTheNewest ? messages.removeLast() : messages.removeFirst()
    return last
  }
}
