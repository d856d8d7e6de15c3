import Buffers
import Reactors
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

/// What the disciplines promise of tasks holds of actors with mail.
final class ActorFairnessTests: XCTestCase {
  private let ledger = Ledger()
  private let mailbox = 64

  /// The places of the actors in the order in which a discipline hands them their mail, which all have from the start.
  private func order<Mail: TaskDiscipline & ~Copyable>(
    _ discipline: Mail.Type, _ attributes: [TaskAttributes], letters: Int? = nil, steps: Int
  ) throws -> [Int] {
    let memory = TestArena()
    let limits = ActorLimits(actors: attributes.count, mailboxCapacity: mailbox)
    var store = try Tallies<Mail>(limits: limits, in: &memory.arena)
    for own in attributes {
      let actor = try XCTUnwrap(store.start(Tally(ledger), own, onFailure: .stop).id())
      for value in 0..<(letters ?? mailbox) {
        XCTAssertTrue(store.send(Letter(value, ledger), to: actor, at: .zero).isDelivered)
      }
    }
    var order: [Int] = []
    var now = Instant.zero
    for _ in 0..<steps {
      now = now + .nanoseconds(1)
      _ = store.step(budget: 1, at: now) { actor, _, _ in order.append(actor.index) }
    }
    return order
  }

  /// The most picks of others between two picks of any one, or before its first.
  private func longestWait(_ order: [Int], of count: Int) -> Int {
    var waits = Array(repeating: 0, count: count)
    var longest = 0
    for picked in order {
      for place in 0..<count { waits[place] = place == picked ? 0 : waits[place] + 1 }
      longest = max(longest, waits.max() ?? 0)
    }
    return longest
  }

  private func same(_ attributes: TaskAttributes) -> [TaskAttributes] {
    Array(repeating: attributes, count: 5)
  }

  func testEqualActorsWaitForEachOtherOnce() throws {
    let bound = 4
    let steps = 5 * mailbox
    XCTAssertEqual(
      longestWait(try order(RoundRobin.self, same(TaskAttributes()), steps: steps), of: 5), bound)
    XCTAssertEqual(
      longestWait(try order(PriorityLevels.self, same(TaskAttributes()), steps: steps), of: 5), bound)
    XCTAssertEqual(
      longestWait(try order(WeightedFair.self, same(TaskAttributes()), steps: steps), of: 5), bound)
    let patient = same(TaskAttributes(patience: .nanoseconds(10)))
    XCTAssertEqual(longestWait(try order(DeadlineTree.self, patient, steps: steps), of: 5), bound)
  }

  /// A control: one that is picked again and again is seen.
  func testTheMeasureSeesAnUnfairOrder() throws {
    let attributes = (0..<5).map { TaskAttributes(level: UInt8($0)) }
    XCTAssertGreaterThan(longestWait(try order(PriorityLevels.self, attributes, steps: mailbox), of: 5), 4)
  }

  func testMoreUrgentActorsHandleAllTheirMailFirst() throws {
    let attributes = [2, 0, 1].map { TaskAttributes(level: $0) }
    XCTAssertEqual(
      try order(PriorityLevels.self, attributes, letters: 3, steps: 9), [1, 1, 1, 2, 2, 2, 0, 0, 0])
  }

  func testActorsHaveTheirSharesByWeight() throws {
    let weights = [1, 2, 5]
    let attributes = weights.map { TaskAttributes(weight: UInt16($0)) }
    let order = try order(WeightedFair.self, attributes, steps: 80)
    for count in 1...80 {
      for (place, weight) in weights.enumerated() {
        let picks = order.prefix(count).count { $0 == place }
        XCTAssertGreaterThanOrEqual(picks, count * weight / 8, "actor \(place) of the first \(count)")
      }
    }
  }

  func testTheEarliestDeadlineGoesFirst() throws {
    let attributes = [30, 10, 20].map { TaskAttributes(patience: .nanoseconds($0)) }
    XCTAssertEqual(try order(DeadlineTree.self, attributes, letters: 1, steps: 3), [1, 2, 0])
  }
}
