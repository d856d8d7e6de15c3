import Reactors
import Scheduling
import TestSupport
import Timing
import XCTest

/// What happens at the end of a task, one case each.
final class TaskEndTests: XCTestCase {
  private var memory = TestArena()
  private var stage = Stage()

  override func setUp() {
    memory = TestArena()
    stage = Stage()
  }

  private func makeReactor(taskCount: Int = 8) throws -> Reactor<ManualCore, PriorityLevels> {
    try Reactor(core: ManualCore(), limits: ReactorLimits(taskCount: taskCount), in: &memory.arena)
  }

  func testATaskThatWakesItselfAndFinishesIsNotPolledAgain() throws {
    let stage = stage
    var reactor = try makeReactor()
    reactor.spawn(0, on: stage)
    stage.once(0) { context in
      stage.spawn(1, in: &context, keepsOutput: true)
      return .waiting
    }
    stage.once(1) { context in
      context.wake(stage.id(1))
      return .finished
    }
    reactor.settle()
    XCTAssertEqual(stage.polls, [0, 1, 0])
    XCTAssertEqual(stage.ends, [1])
    XCTAssertEqual(stage.leftoversDropped, [], "it waits to be joined")
  }

  /// Whatever a task has built on is still there while it ends.
  func testTheChildrenOfAFinishedTaskEndBeforeIt() throws {
    let stage = stage
    var reactor = try makeReactor()
    reactor.spawn(0, on: stage)
    stage.once(0) { context in
      stage.spawn(1, in: &context)
      stage.spawn(2, in: &context)
      return .waiting
    }
    reactor.settle()
    reactor.play(0, on: stage) { _ in .finished }
    XCTAssertEqual(stage.ends, [2, 1, 0])
    XCTAssertEqual(reactor.context.taskCount, 0)
  }

  func testTheSlotOfACancelledTaskIsFreeAtOnce() throws {
    let stage = stage
    var reactor = try makeReactor(taskCount: 2)
    reactor.spawn(0, on: stage)
    stage.once(0) { context in
      XCTAssertTrue(stage.spawn(1, in: &context))
      XCTAssertFalse(stage.spawn(2, in: &context))
      XCTAssertTrue(context.cancel(stage.id(1)))
      XCTAssertTrue(stage.spawn(3, in: &context), "there is room again")
      return .waiting
    }
    reactor.settle()
    XCTAssertEqual(stage.polls, [0, 3])
    XCTAssertEqual(stage.ends, [2, 1])
  }

  /// Whoever waits for a child would wait for ever otherwise.
  func testAParentIsWokenWhenAnotherTaskCancelsItsChild() throws {
    let stage = stage
    var reactor = try makeReactor()
    reactor.spawn(0, on: stage)
    reactor.spawn(1, on: stage)
    stage.once(0) { context in
      stage.spawn(2, in: &context, keepsOutput: true)
      return .waiting
    }
    reactor.settle()
    stage.once(0) { context in
      XCTAssertEqual(stage.join(2, in: &context), .gone)
      return .waiting
    }
    _ = stage.takePolls()
    reactor.play(1, on: stage) { context in
      context.cancel(stage.id(2))
      return .waiting
    }
    XCTAssertEqual(stage.polls, [1, 0])
  }

  func testAParentIsWokenWhenItsChildCancelsItself() throws {
    let stage = stage
    var reactor = try makeReactor()
    reactor.spawn(0, on: stage)
    stage.once(0) { context in
      stage.spawn(1, in: &context)
      return .waiting
    }
    reactor.settle()
    _ = stage.takePolls()
    reactor.play(1, on: stage) { context in
      context.cancel(stage.id(1))
      return .ready
    }
    XCTAssertEqual(stage.polls, [1, 0])
    XCTAssertEqual(stage.ends, [1])
  }

  /// It has just done it itself, and goes on where it is.
  func testAParentThatCancelsItsChildIsNotWoken() throws {
    let stage = stage
    var reactor = try makeReactor()
    reactor.spawn(0, on: stage)
    stage.once(0) { context in
      stage.spawn(1, in: &context)
      return .waiting
    }
    reactor.settle()
    _ = stage.takePolls()
    reactor.play(0, on: stage) { context in
      context.cancel(stage.id(1))
      return .waiting
    }
    XCTAssertEqual(stage.polls, [0])
  }
}
