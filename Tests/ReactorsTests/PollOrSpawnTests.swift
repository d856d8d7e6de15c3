import Reactors
import Scheduling
import TestSupport
import Timing
import XCTest

/// A future that is polled at once, and becomes a task only when it has more to do.
final class PollOrSpawnTests: XCTestCase {
  private enum Outcome: Equatable {
    case finished(Int)
    case child
    case full(Int)
  }

  private var memory = TestArena()
  private var stage = Stage()

  override func setUp() {
    memory = TestArena()
    stage = Stage()
  }

  private func makeReactor(taskCount: Int = 4) throws -> Reactor<ManualCore, PriorityLevels> {
    let limits = ReactorLimits(taskCount: taskCount)
    var reactor = try Reactor<ManualCore, PriorityLevels>(
      core: ManualCore(), limits: limits, in: &memory.arena)
    reactor.spawn(0, on: stage)
    reactor.settle()
    _ = stage.takePolls()
    return reactor
  }

  private func pollOrSpawn(
    _ number: Int, in context: inout CoreContext, keepsOutput: Bool = false
  ) -> Outcome {
    switch context.pollOrSpawn(
      ScriptedTask(number: number, stage: stage), "scripted", keepsOutput: keepsOutput)
    {
    case .finished(let leftover): return .finished(leftover.number)
    case .child(let child):
      stage.children[number] = child
      return .child
    case .full(let task): return .full(task.number)
    }
  }

  /// What task 0 gets when it tries this in a poll.
  private func attempt(
    _ number: Int, _ reactor: inout Reactor<ManualCore, PriorityLevels>, keepsOutput: Bool = false
  ) -> Outcome {
    var outcome: Outcome?
    reactor.play(0, on: stage) { [self] context in
      outcome = pollOrSpawn(number, in: &context, keepsOutput: keepsOutput)
      return .waiting
    }
    return outcome!
  }

  func testWhatFinishesAtOnceNeverBecomesATask() throws {
    var reactor = try makeReactor()
    for _ in 0..<20 {
      stage.once(1) { _ in .finished }
      XCTAssertEqual(attempt(1, &reactor), .finished(1))
      XCTAssertEqual(stage.takePolls(), [0, 1])
      XCTAssertEqual(stage.takeEnds(), [1])
      XCTAssertEqual(stage.takeLeftovers(), [1])
      XCTAssertEqual(reactor.context.taskCount, 1)
    }
  }

  func testWhatWaitsIsAChildAndIsPolledWhenItIsWoken() throws {
    var reactor = try makeReactor()
    XCTAssertEqual(attempt(1, &reactor, keepsOutput: true), .child)
    XCTAssertEqual(stage.takePolls(), [0, 1], "not polled again before it is woken")
    reactor.play(1, on: stage) { _ in .finished }
    XCTAssertEqual(stage.takePolls(), [1, 0], "its end wakes its parent")
    var joined: Joined?
    reactor.play(0, on: stage) { [stage] context in
      joined = stage.join(1, in: &context)
      return .waiting
    }
    XCTAssertEqual(joined, .leftover(1))
    XCTAssertEqual(reactor.context.taskCount, 1)
  }

  func testWhatHasMoreToDoGoesOnBehindThePoll() throws {
    var reactor = try makeReactor()
    stage.once(1) { _ in .ready }
    XCTAssertEqual(attempt(1, &reactor), .child)
    XCTAssertEqual(stage.takePolls(), [0, 1, 1])
  }

  func testEachHasItsOwnDeadline() throws {
    var reactor = try makeReactor()
    stage.once(1) { context in
      context.deadline = Instant(nanoseconds: 7_000)
      return .waiting
    }
    reactor.play(0, on: stage) { [self] context in
      context.deadline = Instant(nanoseconds: 5_000)
      XCTAssertEqual(pollOrSpawn(1, in: &context), .child)
      XCTAssertEqual(context.deadline, Instant(nanoseconds: 5_000))
      return .waiting
    }
    _ = (stage.takePolls(), stage.takeTimes())
    for _ in 0..<3 { reactor.turn() }
    XCTAssertEqual(stage.takePolls(), [0, 1])
    XCTAssertEqual(stage.takeTimes(), [Instant(nanoseconds: 5_000), Instant(nanoseconds: 7_000)])
  }

  func testAFullTableGivesTheFutureBackUnpolled() throws {
    var reactor = try makeReactor(taskCount: 1)
    XCTAssertEqual(attempt(1, &reactor), .full(1))
    XCTAssertEqual(stage.takePolls(), [0])
  }

  func testWhatItSpawnsIsBelowIt() throws {
    var reactor = try makeReactor()
    stage.once(1) { [stage] context in
      XCTAssertNotEqual(context.current, stage.id(0))
      stage.spawn(2, in: &context)
      return .waiting
    }
    XCTAssertEqual(attempt(1, &reactor), .child)
    _ = stage.takeEnds()
    let child = stage.id(1)
    reactor.play(0, on: stage) { context in
      context.cancel(child)
      return .waiting
    }
    XCTAssertEqual(stage.takeEnds(), [2, 1])
    XCTAssertEqual(reactor.context.taskCount, 1)
  }

  func testWhatItSpawnsEndsWhenItFinishesAtOnce() throws {
    var reactor = try makeReactor()
    stage.once(1) { [stage] context in
      stage.spawn(2, in: &context)
      return .finished
    }
    XCTAssertEqual(attempt(1, &reactor), .finished(1))
    XCTAssertEqual(stage.takeEnds(), [2, 1], "children before parents")
    XCTAssertEqual(stage.takePolls(), [0, 1], "the child was never polled")
    XCTAssertEqual(reactor.context.taskCount, 1)
  }

  func testItMayCancelItselfAndItsCaller() throws {
    var reactor = try makeReactor()
    stage.once(1) { context in
      context.cancel(context.current!)
      return .waiting
    }
    XCTAssertEqual(attempt(1, &reactor), .child)
    XCTAssertEqual(stage.takeEnds(), [1])
    XCTAssertEqual(reactor.context.taskCount, 1)
    let caller = stage.id(0)
    stage.once(2) { context in
      context.cancel(caller)
      return .waiting
    }
    XCTAssertEqual(attempt(2, &reactor), .child)
    XCTAssertEqual(stage.takeEnds(), [2, 0])
    XCTAssertEqual(reactor.context.taskCount, 0)
  }

  func testEachThatCancelsItselfEnds() throws {
    var reactor = try makeReactor()
    for number in 1...2 {
      stage.once(number) { context in
        context.cancel(context.current!)
        return .waiting
      }
    }
    reactor.play(0, on: stage) { [self] context in
      XCTAssertEqual(pollOrSpawn(1, in: &context), .child)
      XCTAssertEqual(pollOrSpawn(2, in: &context), .child)
      return .waiting
    }
    XCTAssertEqual(stage.takeEnds(), [1, 2])
    XCTAssertEqual(stage.takePolls(), [0, 1, 2, 0], "their end wakes the caller")
    XCTAssertEqual(reactor.context.taskCount, 1)
  }

  func testACancelledOneThatHasFinishedKeepsNoOtherAlive() throws {
    var reactor = try makeReactor()
    for (number, step) in [(1, Step.finished), (2, .waiting)] {
      stage.once(number) { context in
        context.cancel(context.current!)
        return step
      }
    }
    reactor.play(0, on: stage) { [self] context in
      XCTAssertEqual(pollOrSpawn(1, in: &context), .finished(1))
      XCTAssertEqual(pollOrSpawn(2, in: &context), .child, "in the same slot")
      return .waiting
    }
    XCTAssertEqual(stage.takeEnds(), [1, 2])
    XCTAssertEqual(reactor.context.taskCount, 1)
  }

  func testOutsideOfPollsToo() throws {
    var reactor = try makeReactor()
    stage.once(1) { context in
      context.cancel(context.current!)
      return .waiting
    }
    XCTAssertEqual(pollOrSpawn(1, in: &reactor.context), .child)
    XCTAssertEqual(stage.takeEnds(), [1])
    XCTAssertNil(reactor.context.current)
    stage.once(2) { _ in .finished }
    XCTAssertEqual(pollOrSpawn(2, in: &reactor.context), .finished(2))
    XCTAssertEqual(reactor.context.taskCount, 1)
    reactor.settle()
  }
}
