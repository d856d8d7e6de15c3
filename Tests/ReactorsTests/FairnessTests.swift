import Reactors
import Scheduling
import TestSupport
import Timing
import XCTest

/// How long a ready task waits for others of its kind, inside a reactor.
final class FairnessTests: XCTestCase {
  private var memory = TestArena()
  private var stage = Stage()

  override func setUp() {
    memory = TestArena()
    stage = Stage()
  }

  private func makeReactor<Tasks: TaskDiscipline & ~Copyable>(
    taskCount: Int = 8
  ) throws -> Reactor<ManualCore, Tasks> {
    try Reactor(core: ManualCore(), limits: ReactorLimits(taskCount: taskCount), in: &memory.arena)
  }

  func testATaskThatIsAlwaysReadyGoesBehindThoseItHasWoken() throws {
    let stage = stage
    var reactor: Reactor<ManualCore, RoundRobin> = try makeReactor()
    reactor.spawn(1, on: stage)
    reactor.settle()
    _ = stage.takePolls()
    reactor.spawn(0, on: stage)
    stage.scripts[0] = { context in
      context.wake(stage.id(1))
      return .ready
    }
    reactor.turn()
    XCTAssertEqual(Array(stage.polls.prefix(6)), [0, 1, 0, 1, 0, 1])
  }

  func testAChildIsPolledBeforeItsParentIsAgain() throws {
    let stage = stage
    var reactor: Reactor<ManualCore, PriorityLevels> = try makeReactor()
    reactor.spawn(0, on: stage)
    stage.once(0) { context in
      stage.spawn(1, in: &context)
      stage.spawn(2, in: &context)
      return .ready
    }
    reactor.settle()
    XCTAssertEqual(stage.polls, [0, 1, 2, 0])
  }

  /// Four tasks that always have more to do, and one that is woken now and then: how often another is polled, at the
  /// most, before it is.
  private func longestWait<Tasks: TaskDiscipline & ~Copyable>(
    _ reactor: inout Reactor<ManualCore, Tasks>, _ attributes: TaskAttributes
  ) -> Int {
    let stage = stage
    for number in 1...4 {
      stage.scripts[number] = { _ in .ready }
      reactor.spawn(number, on: stage, attributes)
    }
    reactor.spawn(0, on: stage, attributes)
    var longest = 0
    for _ in 0..<20 {
      reactor.turn()
      _ = stage.takePolls()
      reactor.wake(stage.id(0))
      reactor.turn()
      let wait = stage.polls.prefix { $0 != 0 }
      for number in 1...4 { longest = max(longest, wait.count { $0 == number }) }
    }
    return longest
  }

  func testPriorityLevelsPollEveryOtherTaskOfTheLevelOnceAtMost() throws {
    var reactor: Reactor<ManualCore, PriorityLevels> = try makeReactor()
    XCTAssertEqual(longestWait(&reactor, TaskAttributes(level: 3)), 1)
  }

  func testRoundRobinPollsEveryOtherTaskOnceAtMost() throws {
    var reactor: Reactor<ManualCore, RoundRobin> = try makeReactor()
    XCTAssertEqual(longestWait(&reactor, TaskAttributes()), 1)
  }

  func testTheDeadlineTreePollsEveryOtherTaskOnceAtMostAfterTheDeadline() throws {
    var reactor: Reactor<ManualCore, DeadlineTree> = try makeReactor()
    XCTAssertEqual(longestWait(&reactor, TaskAttributes(patience: .zero)), 1)
  }

  func testWeightedFairPollsEveryOtherTaskOfTheSameWeightTwiceAtMost() throws {
    var reactor: Reactor<ManualCore, WeightedFair> = try makeReactor()
    XCTAssertLessThanOrEqual(longestWait(&reactor, TaskAttributes(weight: 7)), 2)
  }

  /// A control: the measure sees a task that starves.
  func testALessUrgentTaskIsSeenToStarve() throws {
    let stage = stage
    var reactor: Reactor<ManualCore, PriorityLevels> = try makeReactor()
    reactor.spawn(0, on: stage, TaskAttributes(level: 9))
    reactor.settle()
    _ = stage.takePolls()
    reactor.spawn(1, on: stage, TaskAttributes(level: 8))
    stage.scripts[1] = { _ in .ready }
    reactor.wake(stage.id(0))
    reactor.turn()
    XCTAssertEqual(stage.polls, Array(repeating: 1, count: 64))
  }

  func testSharesFollowTheWeights() throws {
    let stage = stage
    var reactor: Reactor<ManualCore, WeightedFair> = try makeReactor()
    for number in 1...3 {
      stage.scripts[number] = { _ in .ready }
      reactor.spawn(number, on: stage, TaskAttributes(weight: UInt16(number)))
    }
    for _ in 0..<30 { reactor.turn() }
    for number in 1...3 {
      let polls = stage.polls.count { $0 == number }
      XCTAssertEqual(Double(polls), Double(stage.polls.count * number) / 6, accuracy: 3)
    }
  }

  func testTheEarliestDeadlineGoesFirst() throws {
    let stage = stage
    var reactor: Reactor<ManualCore, DeadlineTree> = try makeReactor()
    for number in 1...4 {
      reactor.spawn(number, on: stage, TaskAttributes(patience: .nanoseconds(UInt64(100 - number))))
    }
    reactor.settle()
    XCTAssertEqual(stage.polls, [4, 3, 2, 1])
  }
}
