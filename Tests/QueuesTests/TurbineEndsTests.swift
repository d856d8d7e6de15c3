import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// Something that cannot be copied and knows how many of it there are.
private struct Token: ~Copyable {
  final class Count { var alive = 0 }
  private let count: Count
  var number: Int

  init(_ number: Int, _ count: Count) {
    self.number = number
    self.count = count
    count.alive += 1
  }

  deinit { count.alive -= 1 }
}

/// How a turbine is made, its ends handed out, and what remains when they go.
final class TurbineEndsTests: XCTestCase {
  private typealias Ring = Turbine<Entry, HardwareWord>
  private typealias SharedRing = TurbineSub<Entry, HardwareWord>

  private func assertRefused(
    _ expected: QueueError, _ properties: QueueProperties, consumers: Int = 1, producers: Int = 1,
    byteCount: Int = 1 << 20, line: UInt = #line
  ) {
    let memory = TestArena(byteCount: byteCount)
    defer { withExtendedLifetime(memory) {} }
    let plan = makePlan(Array(repeating: [], count: consumers)).plan
    var found: QueueError?
    do throws(QueueError) {
      if producers == 1 {
        _ = try Ring(properties, plan, in: &memory.arena) { _ in Entry(0) }
      } else {
        _ = try SharedRing(properties, plan, producers: producers, in: &memory.arena) { _ in Entry(0) }
      }
    } catch { found = error }
    XCTAssertEqual(found, expected, line: line)
  }

  func testWhatCannotBeMadeIsToldWhy() {
    let largest = QueueProperties.largestCapacity
    assertRefused(.capacityOutOfRange(0), QueueProperties(capacity: 0))
    assertRefused(.capacityOutOfRange(-3), QueueProperties(capacity: -3))
    assertRefused(.capacityOutOfRange(largest + 1), QueueProperties(capacity: largest + 1))
    assertRefused(.memoryExhausted, QueueProperties(capacity: 1 << 20))
    assertRefused(.memoryExhausted, QueueProperties(capacity: 1), byteCount: 512)
    assertRefused(.batchOutOfRange(9), QueueProperties(capacity: 8, batch: 9))
    assertRefused(
      .watermarksOutOfRange(low: 4, high: 4),
      QueueProperties(capacity: 8, watermarks: Watermarks(low: 4, high: 4)))
    assertRefused(.cannotDropOldest, QueueProperties(capacity: 8, overflow: .dropOldest))
    assertRefused(.endsOutOfRange(0), QueueProperties(capacity: 8), consumers: 0)
    assertRefused(.endsOutOfRange(65), QueueProperties(capacity: 8), consumers: 65)
    assertRefused(.endsOutOfRange(0), QueueProperties(capacity: 8), producers: 0)
    assertRefused(.endsOutOfRange(65), QueueProperties(capacity: 8), producers: 65)
  }

  func testMemoryThatRunsOutLeavesNoMessages() {
    let count = Token.Count()
    for byteCount in stride(from: 0, through: 6000, by: 100) {
      let memory = TestArena(byteCount: max(1, byteCount))
      defer { withExtendedLifetime(memory) {} }
      let plan = makePlan([[], [0]]).plan
      _ = try? TurbineSub<Token, HardwareWord>(
        QueueProperties(capacity: 4), plan, producers: 2, in: &memory.arena
      ) { Token($0, count) }
      XCTAssertEqual(count.alive, 0, "\(byteCount) bytes")
    }
  }

  func testEachEndIsTakenOnce() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[], [0]])
    let ends = try SharedRing(QueueProperties(capacity: 4), plan, producers: 2, in: &memory.arena) { _ in
      Entry(0)
    }.link()
    var producers = ends.producers
    var consumers = ends.consumers
    var one = producers.take()
    XCTAssertEqual(producers.count, 1)
    var other = producers.take()
    var third = producers.take()
    XCTAssertTrue(third.take() == nil, "there are two")
    var first = consumers.take(stages[0])
    var again = consumers.take(stages[0])
    XCTAssertTrue(again.take() == nil, "it is taken")
    var stranger = consumers.take(makePlan([[], [], []]).stages[2])
    XCTAssertTrue(stranger.take() == nil, "it is of another plan")
    XCTAssertTrue(one.take() != nil && other.take() != nil && first.take() != nil)
  }

  func testConsumersNobodyTookHoldNobodyUp() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[], [0], [1]])
    let ends = try Ring(QueueProperties(capacity: 2), plan, in: &memory.arena) { _ in Entry(0) }.link()
    var producer = ends.producer
    var consumers = ends.consumers
    var middle = consumers.take(stages[1])!
    _ = consume consumers
    for round in 0..<5 {
      XCTAssertNil(producer.push(Entry(round)))
      XCTAssertNil(producer.push(Entry(round)))
      XCTAssertEqual(middle.read(upTo: 9) { _, _ in }, 2)
    }
  }

  func testSixtyFourConsumersInARow() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    var plan = TurbinePlan()
    var stages = [plan.consumer()]
    for _ in 1..<62 { stages.append(plan.consumer(after: stages.last!)) }
    stages.append(plan.consumer(after: [stages[0], stages[1], stages[2], stages[60], stages[61]]))
    stages.append(plan.consumer(after: stages[62], stages[3]))
    let ends = try Ring(QueueProperties(capacity: 2), plan, in: &memory.arena) { _ in Entry(0) }.link()
    var producer = ends.producer
    var untaken = ends.consumers
    let consumers = stages.map { ConsumerBox(untaken.take($0)) }
    for round in 0..<3 {
      XCTAssertEqual(producer.push(upTo: 2) { Entry($0) }, 2)
      for index in consumers.indices.reversed() where index > 0 {
        XCTAssertEqual(consumers[index].end!.available, 0, "\(index)")
      }
      for index in consumers.indices {
        XCTAssertEqual(producer.push(Entry(9)), Entry(9), "round \(round), the last has not read")
        XCTAssertEqual(consumers[index].end!.read(upTo: 9) { _, _ in }, 2, "\(index)")
      }
    }
    // Those in the middle go; the last still waits for the first.
    for index in 1..<63 { consumers[index].end = nil }
    XCTAssertEqual(producer.push(upTo: 2) { Entry($0) }, 2)
    XCTAssertEqual(consumers[63].end!.available, 0)
    XCTAssertEqual(consumers[0].end!.read(upTo: 1) { _, _ in }, 1)
    XCTAssertEqual(consumers[63].end!.available, 1)
    for consumer in consumers { consumer.end = nil }
  }

  func testTheLastEndDropsTheMessages() throws {
    var random = SeededRandom()
    for _ in 0..<50 {
      let count = Token.Count()
      let memory = TestArena(byteCount: 1 << 18)
      defer { withExtendedLifetime(memory) {} }
      let (plan, stages) = makePlan([[], [0]])
      let ends = try Turbine<Token, HardwareWord>(QueueProperties(capacity: 5), plan, in: &memory.arena) {
        Token($0, count)
      }.link()
      var producer: TurbineProducer? = ends.producer
      var untaken = ends.consumers
      var first = untaken.take(stages[0])
      var last = untaken.take(stages[1])
      XCTAssertEqual(count.alive, 8, "as many as there are places")
      for number in 0..<Int.random(in: 0...20, using: &random) {
        let refused = producer!.push(Token(number, count))
        XCTAssertTrue(refused == nil)
        _ = first!.read(upTo: 9) { token, _ in XCTAssertEqual(token.number, number) }
        _ = last!.read(upTo: 9) { _, _ in }
      }
      if try producer!.claim(2) { producer![1].number = 7 }
      XCTAssertEqual(count.alive, 8, "overwritten in place")
      for end in [0, 1, 2].shuffled(using: &random) {
        XCTAssertEqual(count.alive, 8)
        switch end {
        case 0: producer = nil
        case 1: first = nil
        default: last = nil
        }
      }
      XCTAssertEqual(count.alive, 0, "SEED=\(random.seed)")
    }
  }

  func testAProducerWithoutConsumersIsToldAndNeverHeldUp() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[], []])
    let ends = try Ring(QueueProperties(capacity: 4), plan, in: &memory.arena) { _ in Entry(0) }.link()
    var producer = ends.producer
    var untaken = ends.consumers
    var one = untaken.take(stages[0])
    var other = untaken.take(stages[1])
    one = nil
    XCTAssertTrue(one == nil && producer.hasConsumers)
    other = nil
    XCTAssertTrue(other == nil)
    XCTAssertFalse(producer.hasConsumers)
    XCTAssertEqual((0..<9).count { producer.push(Entry($0)) == nil }, 4, "no more than the room seen last")
    XCTAssertFalse(try producer.claim(1))
    XCTAssertEqual(producer.count, 0)
  }

  func testConsumersEndAfterAllWasRead() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[], [0]])
    let ends = try Ring(QueueProperties(capacity: 4), plan, in: &memory.arena) { _ in Entry(0) }.link()
    var producer: TurbineProducer? = ends.producer
    var untaken = ends.consumers
    var first = untaken.take(stages[0])!
    var last = untaken.take(stages[1])!
    XCTAssertNil(producer!.push(Entry(1)))
    XCTAssertTrue(try producer!.claim(1))
    producer = nil
    XCTAssertTrue(producer == nil)
    XCTAssertFalse(last.hasEnded)
    XCTAssertNil(last.select(1), "it waits for the first")
    XCTAssertEqual(first.select(1), Entry(1))
    XCTAssertTrue(first.hasEnded, "what was claimed only was never there")
    XCTAssertNil(last.select(0), "nothing beyond the limit")
    XCTAssertEqual(last.select(1), Entry(1))
    guard case .ended = last.poll(at: .zero) else { return XCTFail("not ended") }
  }

  func testAClaimThatIsDroppedIsPassedOver() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[], [0]])
    let ends = try SharedRing(QueueProperties(capacity: 8), plan, producers: 3, in: &memory.arena) { _ in
      Entry(-1)
    }.link()
    var producers = ends.producers
    var untaken = ends.consumers
    var one = producers.take()!
    var lost: TurbineSubProducer? = producers.take()
    var first = untaken.take(stages[0])!
    var last = untaken.take(stages[1])!
    XCTAssertNil(one.push(Entry(1)))
    XCTAssertTrue(try lost!.claim(3))
    XCTAssertNil(one.push(Entry(2)))
    XCTAssertEqual(first.available, 1, "the claim is open")
    lost = nil
    XCTAssertTrue(lost == nil)
    XCTAssertEqual(first.select(1), Entry(1))
    XCTAssertEqual(last.available, 1, "it waits for the first")
    XCTAssertEqual(first.select(1), Entry(2))
    XCTAssertEqual(last.select(1), Entry(1))
    XCTAssertEqual(last.select(1), Entry(2))
    XCTAssertTrue(try one.claim(8), "all places are back")
  }

  func testWhatFindsNoRoomIsDroppedAndCountedWhenAskedFor() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    var ends = try TurbineLink<Entry, HardwareWord>(
      QueueProperties(capacity: 2, overflow: .dropNewest), in: &memory.arena
    ) { _ in Entry(0) }.link()
    for number in 0..<5 { XCTAssertNil(ends.producer.push(Entry(number))) }
    XCTAssertEqual(ends.producer.droppedCount, 3)
    XCTAssertEqual(ends.consumer.select(1), Entry(0))
    XCTAssertTrue(try ends.producer.claim(1))
    XCTAssertEqual(ends.producer.push(Entry(9)), Entry(9), "a claim is open")
    XCTAssertEqual(ends.producer.droppedCount, 3)
  }

  func testABatchIsNoLargerThanAsked() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    var ends = try TurbineLink<Entry, HardwareWord>(QueueProperties(capacity: 8, batch: 3), in: &memory.arena)
    {
      _ in Entry(0)
    }.link()
    XCTAssertEqual(ends.producer.push(upTo: 8) { Entry($0) }, 8)
    XCTAssertEqual(ends.consumer.read(upTo: 100) { _, _ in }, 3)
    XCTAssertEqual(ends.consumer.read(upTo: 2) { _, _ in }, 2)
    XCTAssertEqual(ends.consumer.read(upTo: 0) { _, _ in XCTFail("nothing asked") }, 0)
    XCTAssertEqual(ends.consumer.read(upTo: -1) { _, _ in XCTFail("nothing asked") }, 0)
    XCTAssertEqual(ends.consumer.available, 3)
  }

  func testPressureIsToldOnceForEachCrossing() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan([[], []])
    let ends = try Ring(
      QueueProperties(capacity: 8, watermarks: Watermarks(low: 2, high: 6)), plan, in: &memory.arena
    ) { _ in Entry(0) }.link()
    var producer = ends.producer
    var untaken = ends.consumers
    var quick = untaken.take(stages[0])!
    var slow = untaken.take(stages[1])!
    for _ in 0..<3 {
      XCTAssertEqual(producer.push(upTo: 5) { Entry($0) }, 5)
      XCTAssertNil(producer.pressureChange())
      XCTAssertNil(producer.push(Entry(5)))
      XCTAssertEqual(producer.pressureChange(), .on)
      XCTAssertEqual(quick.read(upTo: 9) { _, _ in }, 6)
      XCTAssertNil(producer.pressureChange(), "the slowest counts")
      XCTAssertEqual(slow.read(upTo: 3) { _, _ in }, 3)
      XCTAssertNil(producer.pressureChange())
      XCTAssertEqual(slow.read(upTo: 1) { _, _ in }, 1)
      XCTAssertEqual(producer.pressureChange(), .off)
      XCTAssertEqual(slow.read(upTo: 9) { _, _ in }, 2)
    }
  }
}
