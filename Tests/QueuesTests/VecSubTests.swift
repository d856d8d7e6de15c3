import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// Many producers: whose turn it is.
final class VecSubTests: XCTestCase {
  private func make(
    producers: Int, taken: Int, capacity: Int, batch: Int, _ memory: TestArena
  ) throws -> ([EndBox<VecSub<UInt64, HardwareWord>.Producer>], EndBox<VecSubConsumer<UInt64, HardwareWord>>)
  {
    var sub = try Channel<UInt64>.create(
      .sub, over: .vec, producers: producers, QueueProperties(capacity: capacity, batch: batch),
      in: &memory.arena)
    let ends = try (0..<taken).map { _ in EndBox(try sub.pub()) }
    if taken == producers {
      XCTAssertThrowsError(try EndBox(sub.pub())) {
        XCTAssertEqual($0 as? QueueError, .endsOutOfRange(producers + 1))
      }
    }
    return (ends, EndBox(sub.sub()))
  }

  func testNobodyWaitsForMoreThanABatchOfEachOther() throws {
    for batch in [1, 2, 3, 8] {
      let memory = TestArena()
      let (producers, consumer) = try make(producers: 3, taken: 3, capacity: 8, batch: batch, memory)
      var random = SeededRandom()
      // Messages of others since the producer's own last one, while it had some.
      var waited = [0, 0, 0]
      var held = [0, 0, 0]
      func took(_ id: UInt64) {
        let index = Int(id)
        held[index] -= 1
        waited[index] = 0
        for other in 0..<3 where other != index && held[other] > 0 { waited[other] += 1 }
        XCTAssertLessThanOrEqual(waited.max()!, 2 * batch, "batch \(batch), SEED=\(random.seed)")
      }
      for _ in 0..<2_000 {
        for index in 0..<3 {
          while Int.random(in: 0..<4, using: &random) > 0, producers[index].end!.push(UInt64(index)) == nil {
            held[index] += 1
          }
        }
        if Bool.random(using: &random) {
          if let id = consumer.end!.select(1) { took(id) }
        } else {
          _ = consumer.end!.drain(upTo: Int.random(in: 1...9, using: &random)) { took($0) }
        }
      }
    }
  }

  func testWithOneProducerGoneTheOthersGoOn() throws {
    let memory = TestArena()
    let (producers, consumer) = try make(producers: 3, taken: 2, capacity: 4, batch: 4, memory)
    XCTAssertNil(producers[0].end!.push(1))
    producers[0].end = nil
    XCTAssertEqual(consumer.end!.select(1), 1)
    guard case .pending = consumer.end!.poll(at: .zero) else { return XCTFail("one is there still") }
    XCTAssertNil(producers[1].end!.push(2))
    producers[1].end = nil
    XCTAssertEqual(consumer.end!.select(1), 2)
    guard case .ended = consumer.end!.poll(at: .zero) else { return XCTFail("the third was never taken") }
  }

  func testAQueueThatIsGivenUpTellsItsProducers() throws {
    let memory = TestArena()
    var sub = try Channel<UInt64>.create(
      .sub, over: .vec, producers: 1, QueueProperties(capacity: 2), in: &memory.arena)
    var producer = try sub.pub()
    _ = consume sub
    for id in 0..<UInt64(2) { XCTAssertNil(producer.push(id)) }
    XCTAssertEqual(producer.push(2), 2)
  }
}
