import Reactors
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

/// A parent's ways to the output of its child.
final class JoinTests: XCTestCase {
  private var memory = TestArena()
  private var stage = Stage()

  override func setUp() {
    memory = TestArena()
    stage = Stage()
  }

  /// Task 0, which has spawned task 1, and both have been polled.
  private func makeFamily(
    taskCount: Int = 8, keepsOutput: Bool = true
  ) throws -> Reactor<ManualCore, PriorityLevels> {
    let stage = stage
    let limits = ReactorLimits(taskCount: taskCount)
    var reactor = try Reactor<ManualCore, PriorityLevels>(
      core: ManualCore(), limits: limits, in: &memory.arena)
    reactor.spawn(0, on: stage)
    stage.once(0) { context in
      stage.spawn(1, in: &context, keepsOutput: keepsOutput)
      return .waiting
    }
    reactor.settle()
    _ = stage.takePolls()
    return reactor
  }

  /// What task 0 gets in a poll of its own.
  private func join(_ number: Int, _ reactor: inout Reactor<ManualCore, PriorityLevels>) -> Joined {
    let stage = stage
    var joined: Joined?
    reactor.play(0, on: stage) { context in
      joined = stage.join(number, in: &context)
      return .waiting
    }
    return joined!
  }

  func testTheEndOfAChildWakesItsParentWhichTakesTheOutputOnce() throws {
    var reactor = try makeFamily()
    XCTAssertEqual(join(1, &reactor), .pending)
    _ = stage.takePolls()
    reactor.play(1, on: stage) { _ in .finished }
    XCTAssertEqual(stage.polls, [1, 0])
    XCTAssertEqual(reactor.context.taskCount, 2, "the output holds its slot")
    XCTAssertEqual(stage.leftoversDropped, [])
    XCTAssertEqual(join(1, &reactor), .leftover(1))
    XCTAssertEqual(reactor.context.taskCount, 1)
    XCTAssertEqual(join(1, &reactor), .gone, "joined already")
    XCTAssertEqual(stage.takeLeftovers(), [1])
  }

  func testAnOutputThatIsNotKeptIsDroppedAtOnceAndTheParentIsWoken() throws {
    var reactor = try makeFamily(keepsOutput: false)
    XCTAssertEqual(join(1, &reactor), .gone)
    _ = stage.takePolls()
    reactor.play(1, on: stage) { _ in .finished }
    XCTAssertEqual(stage.polls, [1, 0])
    XCTAssertEqual(stage.leftoversDropped, [1])
    XCTAssertEqual(join(1, &reactor), .gone)
  }

  func testAnOutputThatNobodyJoinsIsDroppedOnceWithItsParent() throws {
    var reactor = try makeFamily()
    reactor.play(1, on: stage) { _ in .finished }
    reactor.play(0, on: stage) { _ in .finished }
    XCTAssertEqual(stage.ends, [1, 0])
    XCTAssertEqual(stage.leftoversDropped, [1, 0])
    XCTAssertEqual(reactor.context.taskCount, 0)
  }

  func testACancelledOutputIsDroppedOnceAndGone() throws {
    var reactor = try makeFamily()
    reactor.play(1, on: stage) { _ in .finished }
    XCTAssertTrue(reactor.context.cancel(stage.id(1)))
    XCTAssertEqual(stage.leftoversDropped, [1])
    XCTAssertFalse(reactor.context.cancel(stage.id(1)))
    XCTAssertEqual(join(1, &reactor), .gone)
    XCTAssertEqual(stage.leftoversDropped, [1])
  }

  func testTheNextTaskOfASlotIsNotJoinedUnderTheNameOfTheLast() throws {
    let stage = stage
    var reactor = try makeFamily()
    let first = stage.children[1]!
    reactor.play(1, on: stage) { _ in .finished }
    XCTAssertEqual(join(1, &reactor), .leftover(1))
    reactor.play(0, on: stage) { context in
      stage.spawn(2, in: &context, keepsOutput: true)
      return .waiting
    }
    XCTAssertEqual(stage.id(2).slot, first.id.slot, "the same slot")
    XCTAssertNotEqual(stage.id(2), first.id)
    reactor.play(2, on: stage) { _ in .finished }
    XCTAssertEqual(join(1, &reactor), .gone)
    XCTAssertEqual(join(2, &reactor), .leftover(2))
  }

  func testAFinishedChildIsNeitherWokenNorPolled() throws {
    var reactor = try makeFamily()
    reactor.play(1, on: stage) { context in
      context.deadline = context.now + .nanoseconds(1)
      return .finished
    }
    _ = stage.takePolls()
    reactor.connect(source: 3, priority: 0, to: stage.id(1))
    reactor.core.raise(source: 3)
    reactor.wake(stage.id(1))
    reactor.settle()
    reactor.settle()
    XCTAssertEqual(stage.polls, [])
    XCTAssertEqual(reactor.core.armed, .never)
  }

  func testAFullTableGivesTheFutureBackAndTakesItLater() throws {
    let stage = stage
    var reactor = try makeFamily(taskCount: 2)
    var refused: ScriptedTask? = ScriptedTask(number: 2, stage: stage)
    reactor.play(0, on: stage) { context in
      switch context.spawn(refused.take()!, "third") {
      case .child: XCTFail("spawned into a full table")
      case .full(let task): refused = consume task
      }
      return .waiting
    }
    XCTAssertNotNil(refused?.number)
    XCTAssertEqual(stage.ends, [])
    XCTAssertEqual(reactor.context.record.counters.spawned, 2)
    reactor.play(1, on: stage) { _ in .finished }
    XCTAssertEqual(join(1, &reactor), .leftover(1))
    _ = stage.takePolls()
    reactor.play(0, on: stage) { context in
      XCTAssertNotNil(context.spawn(refused.take()!, "third").id())
      return .waiting
    }
    XCTAssertEqual(stage.polls, [0, 2])
    XCTAssertEqual(stage.ends, [1])
  }

  func testNobodyJoinsATaskSpawnedOutsideOfPolls() throws {
    let stage = stage
    var reactor = try makeFamily()
    XCTAssertTrue(stage.spawn(5, in: &reactor.context, keepsOutput: true))
    stage.once(5) { _ in .finished }
    reactor.settle()
    XCTAssertEqual(stage.leftoversDropped, [5])
    XCTAssertEqual(stage.join(5, in: &reactor.context), .gone)
  }

  /// Outputs larger than their task, and tasks without a size.
  func testAnOutputMayBeLargerThanItsTask() throws {
    var reactor = try makeFamily()
    var joined: InlineArray<8, UInt64>?
    var child: Child<InlineArray<8, UInt64>>?
    reactor.play(0, on: stage) { context in
      if case .child(let spawned) = context.spawn(Flood(), "flood", keepsOutput: true) { child = spawned }
      return .waiting
    }
    reactor.play(0, on: stage) { context in
      if case .ready(let output) = context.join(child!) { joined = output }
      return .waiting
    }
    XCTAssertEqual(joined?[7], 7)
  }
}

/// A task of no bytes that leaves many.
private struct Flood: Schedulable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<InlineArray<8, UInt64>> {
    .finished(InlineArray { UInt64($0) })
  }

  static var functions: TaskFunctions<Flood> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}
