import Buffers
import Dispatch
import Foundation
import Queues
import Streams
import Synchronization
import TestSupport
import Timing
import Wire
import XCTest

/// Calls of the wake hook.
private let wakeCount = Atomic<Int>(0)

final class PriorityLinkTests: XCTestCase {
  private let memory = TestArena(byteCount: 1 << 20)

  func testStrictlyTheMostUrgentClassGoesFirst() throws {
    var ends = try Channel<Int>.create(
      .link, over: .vec, QueueProperties(capacity: 4), classes: .strict(3), in: &memory.arena
    ).link()
    for (value, priority) in [(20, 2), (10, 1), (21, 2), (0, 0), (11, 1)] {
      XCTAssertNil(ends.producer.push(value, class: priority))
    }
    XCTAssertNil(ends.consumer.select(0))
    XCTAssertEqual((0..<6).map { _ in ends.consumer.select(1) }, [0, 10, 11, 20, 21, nil])
  }

  func testTheNextMessageIsLookedAtWhereItLies() throws {
    var ends = try Channel<Int>.create(
      .link, over: .vec, QueueProperties(capacity: 2), classes: .strict(3), in: &memory.arena
    ).link()
    XCTAssertNil(ends.consumer.firstClass(below: 3))
    for value in 0..<10 {
      XCTAssertNil(ends.producer.push(value, class: value % 3))
      XCTAssertNil(ends.consumer.firstClass(below: value % 3))
      XCTAssertEqual(ends.consumer.firstClass(below: 3), value % 3)
      let place = ends.consumer.next(of: value % 3)
      XCTAssertEqual(place.inspect { $0 }, value)
      XCTAssertEqual(place.inspectBytes { $0.littleEndian(at: 0) }, value)
      ends.consumer.drop(from: value % 3)
      XCTAssertNil(ends.consumer.firstClass(below: 3))
    }
  }

  func testACopyIsPushedAndDroppedAsAnyMessage() throws {
    var ends = try Channel<Int>.create(.link, over: .vec, QueueProperties(capacity: 2), in: &memory.arena)
      .link()
    for value in 0..<5 {
      XCTAssertTrue(ends.producer.push(copying: value))
      XCTAssertTrue(ends.producer.push(copying: -value))
      XCTAssertFalse(ends.producer.push(copying: 100), "it is full")
      for expected in [value, -value] {
        XCTAssertEqual(ends.consumer.inspect { $0 }, expected)
        XCTAssertEqual(ends.consumer.place.inspect { $0 }, expected)
        ends.consumer.drop()
      }
      XCTAssertNil(ends.consumer.inspect { $0 })
    }
  }

  func testByWeightTheClassesTakeTurns() throws {
    var ends = try Channel<Int>.create(
      .link, over: .vec, QueueProperties(capacity: 8), classes: .weighted([3, 1]), in: &memory.arena
    ).link()
    for value in 0..<8 {
      XCTAssertNil(ends.producer.push(value, class: 0))
      XCTAssertNil(ends.producer.push(100 + value, class: 1))
    }
    let taken = (0..<12).compactMap { _ in ends.consumer.select(1) }
    XCTAssertEqual(taken, [0, 1, 2, 100, 3, 4, 5, 101, 6, 7, 102, 103])
  }

  /// The stated bound is reached, and not passed: the first message of a class waits for the others' weights.
  func testTheWaitByWeightIsBounded() throws {
    for waiting in 0..<3 {
      let weights: [Int] = [5, 2, 3]
      var queue = try Channel<Int>.create(
        .local, over: .vec, QueueProperties(capacity: 8), classes: .weighted([5, 2, 3]), in: &memory.arena)
      var longest = 0
      for start in 0..<30 {
        // The others are never empty; the one that waits comes at any point of their turns.
        for _ in 0..<start { pickWithOthersBusy(&queue, except: waiting) }
        // One message more than fits into its turn.
        for _ in 0...weights[waiting] { XCTAssertNil(queue.push(waiting, class: waiting)) }
        for _ in 0...weights[waiting] {
          var wait = 0
          while pickWithOthersBusy(&queue, except: waiting) != waiting { wait += 1 }
          longest = max(longest, wait)
        }
      }
      XCTAssertEqual(longest, weights.reduce(0, +) - weights[waiting])
    }
  }

  @discardableResult
  private func pickWithOthersBusy(_ queue: inout PriorityConsumer<RingBuffer<Int>>, except waiting: Int)
    -> Int?
  {
    for priority in 0..<3 where priority != waiting {
      while queue.push(priority, class: priority) == nil {}
    }
    return queue.select(1)
  }

  func testAFullClassRefusesAndTheOthersHaveRoom() throws {
    var ends = try Channel<Int>.create(
      .link, over: .vec, QueueProperties(capacity: 2), classes: .strict(2), in: &memory.arena
    ).link()
    XCTAssertEqual((0..<3).map { ends.producer.push($0, class: 1) }, [nil, nil, 2])
    XCTAssertNil(ends.producer.push(3, class: 0))
    XCTAssertEqual(ends.consumer.capacity, 4)
  }

  func testDropsAreCountedOverAllClasses() throws {
    var local = try Channel<Int>.create(
      .local, over: .vec, QueueProperties(capacity: 1, overflow: .dropOldest), classes: .strict(2),
      in: &memory.arena)
    for value in 0..<3 {
      XCTAssertNil(local.push(value, class: 0))
      XCTAssertNil(local.push(10 + value, class: 1))
    }
    XCTAssertEqual(local.droppedCount, 4)
    XCTAssertEqual((0..<3).map { _ in local.select(1) }, [2, 12, nil])
    var ends = try Channel<Int>.create(
      .link, over: .vec, QueueProperties(capacity: 1, overflow: .dropNewest), classes: .strict(2),
      in: &memory.arena
    ).link()
    for value in 0..<3 { XCTAssertNil(ends.producer.push(value, class: 1)) }
    XCTAssertEqual(ends.producer.droppedCount, 2)
  }

  func testRefusesBadProperties() throws {
    let properties = QueueProperties(capacity: 2)
    let cases: [(PriorityClasses, QueueProperties, QueueError)] = [
      (.strict(0), properties, .endsOutOfRange(0)),
      (.strict(-1), properties, .endsOutOfRange(-1)),
      (.strict(17), properties, .endsOutOfRange(17)),
      (.weighted(InlineArray<17, UInt32>(repeating: 1)), properties, .endsOutOfRange(17)),
      (.weighted([1, 0, 2]), properties, .weightOutOfRange(class: 1)),
      (.strict(2), QueueProperties(capacity: 0), .capacityOutOfRange(0)),
      (.strict(16), QueueProperties(capacity: 1 << 16), .memoryExhausted),
    ]
    for (classes, properties, error) in cases {
      XCTAssertThrowsError(try makeLink(properties, classes)) { XCTAssertEqual($0 as? QueueError, error) }
      XCTAssertThrowsError(try makeLocal(properties, classes)) { XCTAssertEqual($0 as? QueueError, error) }
    }
    XCTAssertThrowsError(try makeLink(QueueProperties(capacity: 2, overflow: .dropOldest), .strict(2))) {
      XCTAssertEqual($0 as? QueueError, .cannotDropOldest)
    }
  }

  private func makeLink(_ properties: QueueProperties, _ classes: PriorityClasses) throws {
    let link = try Channel<Int>.create(.link, over: .vec, properties, classes: classes, in: &memory.arena)
    _ = link.link()
  }

  private func makeLocal(_ properties: QueueProperties, _ classes: PriorityClasses) throws {
    let local = try Channel<Int>.create(.local, over: .vec, properties, classes: classes, in: &memory.arena)
    XCTAssertGreaterThan(local.capacity, 0)
  }

  func testItEndsWhenTheProducerIsGoneAndAllWasTaken() throws {
    for classes in [PriorityClasses.strict(3), .weighted([1, 2, 3])] {
      var ends = try Channel<Int>.create(
        .link, over: .vec, QueueProperties(capacity: 2), classes: classes, in: &memory.arena
      ).link()
      _ = ends.producer.push(1, class: 0)
      _ = ends.producer.push(3, class: 2)
      for _ in 0..<2 { XCTAssertNotNil(ends.consumer.select(1)) }
      guard case .pending = ends.consumer.poll(at: .zero) else { return XCTFail("more may come") }
      _ = ends.producer.push(2, class: 1)
      var consumer = ends.consumer
      discard(ends.producer)
      guard case .ready(2) = consumer.poll(at: .zero) else { return XCTFail("2 is still there") }
      guard case .ended = consumer.poll(at: .zero) else { return XCTFail("nothing can come") }
    }
  }

  private func discard(_ producer: consuming PriorityProducer<VecLinkProducer<Int, HardwareWord>>) {}

  func testOwnedMessagesBalance() throws {
    let tally = TalliedMessage.Tally()
    do {
      var ends = try Channel<TalliedMessage>.create(
        .link, over: .vec, QueueProperties(capacity: 3, firstSequence: .max), classes: .strict(4),
        in: &memory.arena
      ).link()
      for number in 0..<20 { _ = ends.producer.push(TalliedMessage(number, tally), class: number % 4) }
      XCTAssertEqual(tally.alive, 12)
      XCTAssertEqual(number(of: ends.consumer.select(1)), 0)
      XCTAssertEqual(tally.alive, 11)
    }
    XCTAssertEqual(tally.alive, 0)
    do {
      var local = try Channel<TalliedMessage>.create(
        .local, over: .vec, QueueProperties(capacity: 3), classes: .weighted([1, 1]), in: &memory.arena)
      for number in 0..<9 { _ = local.push(TalliedMessage(number, tally), class: number % 2) }
      XCTAssertEqual(tally.alive, 6)
    }
    XCTAssertEqual(tally.alive, 0)
  }

  func testAMessageOfAnyClassCallsTheHookOnce() throws {
    let hook = WakeHook(context: 0) { _ in wakeCount.add(1, ordering: .relaxed) }
    var ends = try Channel<Int>.create(
      .link, over: .vec, QueueProperties(capacity: 4, waiting: .wake(hook)), classes: .strict(3),
      in: &memory.arena
    ).link()
    XCTAssertNil(ends.producer.push(1, class: 2))
    XCTAssertEqual(wakeCount.load(ordering: .relaxed), 0, "nobody sleeps")
    XCTAssertTrue(ends.consumer.armWakeup(), "there is one already")
    XCTAssertEqual(ends.consumer.select(1), 1)
    XCTAssertFalse(ends.consumer.armWakeup())
    XCTAssertNil(ends.producer.push(2, class: 1))
    XCTAssertNil(ends.producer.push(3, class: 1))
    XCTAssertNil(ends.producer.push(4, class: 0))
    XCTAssertEqual(wakeCount.load(ordering: .relaxed), 1, "one hook for a sleep, whatever the classes")
  }

  func testEachClassHasItsOwnPressure() throws {
    let properties = QueueProperties(capacity: 4, watermarks: Watermarks(low: 0, high: 2))
    var ends = try Channel<Int>.create(
      .link, over: .vec, properties, classes: .strict(2), in: &memory.arena
    ).link()
    for value in 0..<2 { XCTAssertNil(ends.producer.push(value, class: 1)) }
    XCTAssertNil(ends.producer.pressureChange(class: 0))
    XCTAssertEqual(ends.producer.pressureChange(class: 1), .on)
    XCTAssertNil(ends.producer.pressureChange(class: 1))
  }

  /// Two threads: nothing is lost, and each class keeps its order.
  func testBetweenTwoThreads() throws {
    let count = 6_000
    let classCount = 3
    let link = try Channel<Int>.create(
      .link, over: .vec, QueueProperties(capacity: 64, firstSequence: .max - 500),
      classes: .weighted([3, 2, 1]), in: &memory.arena)
    let ends = link.link()
    let producer = Alone(ends.producer)
    var consumer = ends.consumer
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      for value in 0..<count {
        while producer.value.push(value, class: value % classCount) != nil { sched_yield() }
      }
      isDone.signal()
    }
    var next = Array(0..<classCount)
    var taken = 0
    while taken < count {
      guard let value = consumer.select(1) else {
        sched_yield()
        continue
      }
      XCTAssertEqual(value, next[value % classCount])
      next[value % classCount] = value + classCount
      taken += 1
    }
    isDone.wait()
  }

  /// What a thread takes with it; only that thread uses it.
  private final class Alone<Value: ~Copyable>: @unchecked Sendable {
    var value: Value
    init(_ value: consuming Value) { self.value = value }
  }
}
