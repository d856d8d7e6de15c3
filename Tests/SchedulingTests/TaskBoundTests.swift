import Buffers
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

/// How long a ready task waits: the bound that each discipline states, in all small cases and in random large ones.
final class TaskBoundTests: XCTestCase {
  private let memory = TestArena()

  /// Three tasks that differ in whatever a discipline goes by.
  private let few = [
    TaskAttributes(level: 7, weight: 1, patience: .nanoseconds(2)),
    TaskAttributes(level: 7, weight: 3, patience: .zero),
    TaskAttributes(level: 200, weight: 2),
  ]

  /// Every sequence of `length` wakes, withdrawals and picks of three tasks.
  private func exhaust<Rule: TaskDiscipline & ~Copyable>(
    _ rule: consuming Rule, _ bound: @escaping WaitBound, length: Int = 6
  ) -> Set<TaskViolation> {
    var check = TaskDisciplineCheck(rule, few, bound)
    let operations = 2 * few.count + 1
    let sequences = (0..<length).reduce(1) { product, _ in product * operations }
    for sequence in 0..<sequences {
      var rest = sequence
      for _ in 0..<length {
        check.perform(rest % operations)
        rest /= operations
      }
      check.reset()
    }
    return check.violations
  }

  /// Many tasks at random, most of the time more of them woken than picked.
  private func wander<Rule: TaskDiscipline & ~Copyable>(
    _ rule: consuming Rule, _ bound: @escaping WaitBound, _ random: inout SeededRandom
  ) -> Set<TaskViolation> {
    let attributes = (0..<20).map { _ in
      TaskAttributes(
        level: [0, 1, 64, 255].randomElement(using: &random)!,
        weight: UInt16.random(in: 1...9, using: &random),
        patience: Bool.random(using: &random)
          ? TaskAttributes.unlimitedPatience : .nanoseconds(UInt64.random(in: 0...60, using: &random)))
    }
    var check = TaskDisciplineCheck(rule, attributes, bound)
    for _ in 0..<5_000 {
      switch Int.random(in: 0..<20, using: &random) {
      case 0: check.perform(21 + Int.random(in: 0..<20, using: &random))
      case 1..<9: check.perform(0)
      default: check.perform(1 + Int.random(in: 0..<20, using: &random))
      }
    }
    XCTAssertGreaterThan(check.pickCount, 1_000, "hardly anything was picked, SEED=\(random.seed)")
    return check.violations
  }

  func testEveryBoundHoldsInAllSmallCases() throws {
    XCTAssertEqual(exhaust(try RoundRobin(taskCount: 3, in: &memory.arena), WaitBounds.roundRobin), [])
    XCTAssertEqual(
      exhaust(try PriorityLevels(taskCount: 3, in: &memory.arena), WaitBounds.priorityLevels), [])
    XCTAssertEqual(exhaust(try DeadlineTree(taskCount: 3, in: &memory.arena), WaitBounds.deadlineTree), [])
    XCTAssertEqual(exhaust(try WeightedFair(taskCount: 3, in: &memory.arena), WaitBounds.weightedFair), [])
  }

  func testEveryBoundHoldsAtRandom() throws {
    var random = SeededRandom()
    let hint = "SEED=\(random.seed)"
    for _ in 0..<4 {
      XCTAssertEqual(
        wander(try RoundRobin(taskCount: 20, in: &memory.arena), WaitBounds.roundRobin, &random), [], hint)
      XCTAssertEqual(
        wander(try PriorityLevels(taskCount: 20, in: &memory.arena), WaitBounds.priorityLevels, &random), [],
        hint)
      XCTAssertEqual(
        wander(try DeadlineTree(taskCount: 20, in: &memory.arena), WaitBounds.deadlineTree, &random), [], hint
      )
      XCTAssertEqual(
        wander(try WeightedFair(taskCount: 20, in: &memory.arena), WaitBounds.weightedFair, &random), [], hint
      )
    }
  }

  /// The controls: what picks the newest first breaks each of the bounds, and nothing else.
  func testPickingTheNewestFirstIsNoticedByEachBound() {
    let bounds = [
      WaitBounds.roundRobin, WaitBounds.priorityLevels, WaitBounds.deadlineTree, WaitBounds.weightedFair,
    ]
    var random = SeededRandom(seed: 5)
    for bound in bounds {
      XCTAssertEqual(
        exhaust(BrokenTasks(fault: .picksTheNewest, taskCount: 3), bound, length: 5), [.waitsTooLong])
      XCTAssertEqual(
        wander(BrokenTasks(fault: .picksTheNewest, taskCount: 20), bound, &random), [.waitsTooLong])
    }
  }

  func testWhatIsPickedThoughItWasWithdrawnAndWhatIsLostAreNoticed() {
    func violations(_ fault: BrokenTasks.Fault?) -> Set<TaskViolation> {
      exhaust(BrokenTasks(fault: fault, taskCount: 3), WaitBounds.roundRobin, length: 4)
    }
    XCTAssertEqual(violations(nil), [])
    XCTAssertEqual(violations(.withdrawsNothing), [.picksWhatIsNotReady])
    XCTAssertEqual(violations(.withdrawsAll), [.picksNothing])
  }
}

/// Tasks in order of arrival, or with a fault.
private struct BrokenTasks: TaskDiscipline {
  enum Fault { case picksTheNewest, withdrawsNothing, withdrawsAll }

  private var fault: Fault?
  private var ready: [Int] = []
  let taskCount: Int

  init(fault: Fault?, taskCount: Int) {
    self.fault = fault
    self.taskCount = taskCount
  }

  init(taskCount: Int, in arena: inout Arena) { self.init(fault: nil, taskCount: taskCount) }

  var isEmpty: Bool { ready.isEmpty }

  mutating func admit(_ task: Int, _ attributes: TaskAttributes) {}

  mutating func wake(_ task: Int, at now: Instant) {
    if !ready.contains(task) { ready.append(task) }
  }

  mutating func withdraw(_ task: Int) {
    ready.removeAll { fault == .withdrawsAll || fault != .withdrawsNothing && $0 == task }
  }

  mutating func select(_ limit: UInt64) -> Int? {
    if ready.isEmpty { return nil }
    return fault == .picksTheNewest ? ready.removeLast() : ready.removeFirst()
  }
}
