import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// Claims by hand: what is wrong is told and changes nothing; a claim waits for the slowest reader.
final class TurbineClaimTests: XCTestCase {
  private func readAll(_ consumer: inout TurbineConsumer<Entry, HardwareWord>) -> [Int] {
    var numbers: [Int] = []
    _ = consumer.read(upTo: .max) { message, _ in numbers.append(message.number) }
    return numbers
  }

  private func assertThrows(
    _ expected: ClaimError, line: UInt = #line, _ body: () throws -> Void
  ) {
    XCTAssertThrowsError(try body(), line: line) { XCTAssertEqual($0 as? ClaimError, expected, line: line) }
  }

  func testWrongClaimsOfTheOnlyProducerHarmNothing() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    var ends = try Channel<Entry>.create(
      .link, over: .turbine, QueueProperties(capacity: 3), in: &memory.arena
    ) {
      _ in Entry(-1)
    }.link()
    for round in 0..<10 {
      assertThrows(.nothingClaimed) { try ends.producer.publish() }
      assertThrows(.empty) { _ = try ends.producer.claim(0) }
      assertThrows(.empty) { _ = try ends.producer.claim(-1) }
      assertThrows(.beyondCapacity) { _ = try ends.producer.claim(4) }
      XCTAssertTrue(try ends.producer.claim(2))
      assertThrows(.alreadyClaimed) { _ = try ends.producer.claim(1) }
      assertThrows(.empty) { _ = try ends.producer.claim(0) }
      XCTAssertEqual(ends.producer.push(Entry(99)), Entry(99), "a claim is open")
      XCTAssertEqual(ends.producer.push(upTo: 1) { Entry($0) }, 0, "a claim is open")
      XCTAssertEqual(ends.consumer.available, 0, "nothing is published")
      ends.producer.write(round, at: 0)
      ends.producer.write(-round, at: 1)
      try ends.producer.publish()
      XCTAssertEqual(ends.consumer.available, 2)
      XCTAssertNil(ends.producer.push(Entry(5)))
      XCTAssertFalse(try ends.producer.claim(1), "full")
      XCTAssertEqual(ends.producer.push(Entry(6)), Entry(6), "full")
      XCTAssertEqual(readAll(&ends.consumer), [round, -round, 5])
    }
  }

  func testWrongClaimsOfOneOfManyProducersHarmNothing() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[]])
    let ends = try Channel<Entry>.create(
      .sub, over: .turbine, producers: 2, QueueProperties(capacity: 3), plan, in: &memory.arena
    ) { _ in Entry(-1) }.link()
    var producers = ends.producers
    var consumers = ends.consumers
    var one = producers.take()!
    var other = producers.take()!
    var consumer = consumers.take(stages[0])!
    for round in 0..<10 {
      assertThrows(.nothingClaimed) { try one.publish() }
      assertThrows(.empty) { _ = try one.claim(0) }
      assertThrows(.beyondCapacity) { _ = try one.claim(4) }
      XCTAssertTrue(try one.claim(2))
      assertThrows(.alreadyClaimed) { _ = try one.claim(1) }
      assertThrows(.nothingClaimed) { try other.publish() }
      XCTAssertEqual(one.push(Entry(99)), Entry(99), "a claim is open")
      XCTAssertEqual(one.push(upTo: 1) { Entry($0) }, 0, "a claim is open")
      XCTAssertNil(other.push(Entry(5)))
      XCTAssertFalse(try other.claim(1), "full")
      XCTAssertEqual(consumer.available, 0, "there is a gap before what is published")
      one.write(round, at: 0)
      one.write(-round, at: 1)
      try one.publish()
      XCTAssertEqual(readAll(&consumer), [round, -round, 5])
    }
  }

  func testAClaimWaitsForTheSlowestOfTheLast() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[], [0], [0]])
    let ends = try Channel<Entry>.create(
      .pub, over: .turbine, QueueProperties(capacity: 4), plan, in: &memory.arena
    ) { _ in Entry(-1) }.link()
    var producer = ends.producer
    var consumers = ends.consumers
    var first = consumers.take(stages[0])!
    var quick = consumers.take(stages[1])!
    var slow = consumers.take(stages[2])!
    XCTAssertEqual(producer.push(upTo: 9) { Entry($0) }, 4)
    XCTAssertEqual(readAll(&first), [0, 1, 2, 3])
    XCTAssertFalse(try producer.claim(1), "the first is not the last")
    XCTAssertEqual(readAll(&quick), [0, 1, 2, 3])
    XCTAssertFalse(try producer.claim(1), "the other has read nothing")
    XCTAssertEqual(slow.read(upTo: 3) { _, _ in }, 3)
    XCTAssertFalse(try producer.claim(4))
    XCTAssertTrue(try producer.claim(3))
    for index in 0..<3 { producer.write(10 + index, at: index) }
    try producer.publish()
    XCTAssertEqual(readAll(&slow), [3], "it waits for the first")
    XCTAssertEqual(readAll(&first), [10, 11, 12])
    XCTAssertEqual(readAll(&slow), [10, 11, 12])
  }

  func testClaimsArePublishedInAnyOrderAndReadInTheirOwn() throws {
    var random = SeededRandom()
    for start in TurbineScheduleTests.starts {
      let memory = TestArena(byteCount: 1 << 20)
      defer { withExtendedLifetime(memory) {} }
      let (plan, stages) = makePlan([[]])
      let ends = try TurbineSub<Entry, HardwareWord>(
        QueueProperties(capacity: 100, firstSequence: start), plan, producers: 16, in: &memory.arena
      ) { _ in Entry(-1) }.link()
      var untaken = ends.producers
      var consumers = ends.consumers
      let producers = (0..<16).map { _ in ProducerBox(untaken.take()!) }
      var consumer = consumers.take(stages[0])!
      for round in 0..<30 {
        var next = 0
        for producer in producers {
          let count = Int.random(in: 1...6, using: &random)
          XCTAssertTrue(try producer.claim(count))
          producer.claim = next..<next + count
          next += count
        }
        var isPublished = Array(repeating: false, count: next)
        for producer in producers.shuffled(using: &random) {
          for place in producer.claim! {
            producer.write(round * 1000 + place, at: place - producer.claim!.lowerBound)
          }
          try producer.publish()
          for place in producer.claim! { isPublished[place] = true }
          XCTAssertEqual(
            consumer.available, isPublished.prefix { $0 }.count, "up to the first gap, SEED=\(random.seed)")
        }
        XCTAssertEqual(readAll(&consumer), (0..<next).map { round * 1000 + $0 }, "SEED=\(random.seed)")
      }
      for producer in producers { producer.drop() }
    }
  }

  func testCapacitiesUpToTheLargeOnes() throws {
    for (capacity, start) in zip(
      [1, 2, 3, 1000, 1024, 65_535, 65_536], [0, 0xFFFF_FF00, UInt64.max - 7, 5, 6, 7, .max])
    {
      let memory = TestArena()
      defer { withExtendedLifetime(memory) {} }
      let (plan, stages) = makePlan([[], [0]])
      let ends = try Turbine<Int, HardwareWord>(
        QueueProperties(capacity: capacity, firstSequence: start), plan, in: &memory.arena
      ) { $0 }.link()
      var producer = ends.producer
      var consumers = ends.consumers
      var first = consumers.take(stages[0])!
      var last = consumers.take(stages[1])!
      var (pushed, sum) = (0, 0)
      for _ in 0..<3 {
        let accepted = producer.push(upTo: capacity) { pushed + $0 }
        XCTAssertEqual(accepted, capacity)
        XCTAssertEqual(producer.push(-1), -1)
        XCTAssertEqual(first.available, capacity)
        var expected = pushed
        XCTAssertEqual(
          first.read(upTo: capacity) { message, _ in
            sum += message == expected ? 0 : 1
            expected += 1
          }, capacity)
        XCTAssertEqual(last.read(upTo: capacity) { _, _ in }, capacity)
        pushed += accepted
      }
      XCTAssertEqual(sum, 0, "all in order")
    }
  }
}
