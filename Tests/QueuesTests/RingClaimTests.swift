import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// Claiming places, writing in them, publishing together: on every ring that has it.
final class RingClaimTests: XCTestCase {
  private func expect(_ error: ClaimError, _ body: () throws -> Void) {
    XCTAssertThrowsError(try body()) { XCTAssertEqual($0 as? ClaimError, error) }
  }

  /// Bad claims on a producer with four places, one message in it, and its consumer.
  private func bad<Ring, Other>(
    _ producer: inout RingProducer<Ring>, _ consumer: inout RingConsumer<Other>
  ) throws where Ring.Message == UInt64, Other.Message == UInt64 {
    XCTAssertNil(producer.push(1))
    for count in [0, -1, .min] { expect(.empty) { _ = try producer.claim(count) } }
    for count in [5, .max] { expect(.beyondCapacity) { _ = try producer.claim(count) } }
    expect(.nothingClaimed) { try producer.publish() }
    XCTAssertFalse(try producer.claim(4), "there is room for three")
    expect(.nothingClaimed) { try producer.publish() }

    XCTAssertTrue(try producer.claim(2))
    expect(.alreadyClaimed) { _ = try producer.claim(1) }
    producer.write(2)
    expect(.alreadyClaimed) { _ = try producer.claim(1) }
    XCTAssertEqual(producer.push(9), 9, "nothing goes past a claim")
    XCTAssertEqual(producer.push(upTo: 1) { _ in 9 }, 0)
    producer.write(4)
    producer.change(1) { $0 -= 1 }
    XCTAssertEqual(producer.count, 1, "what is not published does not count")
    try producer.publish()
    expect(.nothingClaimed) { try producer.publish() }

    XCTAssertNil(producer.push(4))
    XCTAssertEqual(producer.push(5), 5, "it is full")
    for id in UInt64(1)...4 {
      guard case .ready(let message) = consumer.poll(at: .zero) else { return XCTFail("\(id) is missing") }
      XCTAssertEqual(message, id)
    }
    guard case .pending = consumer.poll(at: .zero) else { return XCTFail("one too many") }
  }

  func testBadClaimsLeaveTheQueueAsItWas() throws {
    for first in [0, 1 << 32 &- 2, 0 &- 2] as [UInt64] {
      let memory = TestArena()
      let properties = QueueProperties(capacity: 4, firstSequence: first)
      var link = try Channel<UInt64>.create(.link, over: .vec, properties, in: &memory.arena).link()
      try bad(&link.producer, &link.consumer)
      var latency = try Channel<UInt64>.create(.link, over: .latencyVec, properties, in: &memory.arena).link()
      try bad(&latency.producer, &latency.consumer)
      var pub = try Channel<UInt64>.create(.pub, over: .vec, consumers: 1, properties, in: &memory.arena)
      var consumer = try pub.sub()
      var producer = pub.pub()
      try bad(&producer, &consumer)
    }
  }

  func testAClaimIsPublishedAllAtOnceOrAsFarAsItWasWritten() throws {
    let memory = TestArena()
    var link = try Channel<UInt64>.create(.link, over: .vec, QueueProperties(capacity: 4), in: &memory.arena)
      .link()
    for lap in 0..<UInt64(20) {
      XCTAssertTrue(try link.producer.claim(3))
      link.producer.write(lap)
      XCTAssertNil(link.consumer.select(1), "nothing is published")
      link.producer.write(lap + 1)
      try link.producer.publish()
      XCTAssertEqual(link.consumer.select(1), lap)
      XCTAssertEqual(link.consumer.select(1), lap + 1)
      XCTAssertNil(link.consumer.select(1), "the third was given up")
      XCTAssertTrue(try link.producer.claim(4), "and its place is free")
      try link.producer.publish()
    }
  }

  func testWhatIsWrittenAndNotPublishedIsDroppedWithItsProducer() throws {
    let ledger = Ledger()
    let memory = TestArena()
    let properties = QueueProperties(capacity: 4, firstSequence: 0 &- 2)
    for isProducerFirst in [true, false] {
      let link = try Channel<LedgerToken>.create(.link, over: .vec, properties, in: &memory.arena).link()
      let (producer, consumer) = link.boxed()
      XCTAssertTrue(producer.end!.push(LedgerToken(1, ledger)) == nil)
      XCTAssertTrue(try producer.end!.claim(3))
      producer.end!.write(LedgerToken(2, ledger))
      producer.end!.write(LedgerToken(3, ledger))
      if isProducerFirst { producer.end = nil } else { consumer.end = nil }
      producer.end = nil
      consumer.end = nil
      XCTAssertEqual(ledger.balance, 0)
    }
  }

  func testACopiedMessageThatWasNotPublishedIsDroppedToo() throws {
    let ledger = Ledger()
    let memory = TestArena()
    for laps in 0..<9 {
      var pub = try Channel<SharedToken>.create(
        .pub, over: .vec, consumers: 1, QueueProperties(capacity: 3), in: &memory.arena)
      let consumer = EndBox(try pub.sub())
      let producer = EndBox(pub.pub())
      for id in 0..<UInt64(laps) {
        XCTAssertNil(producer.end!.push(SharedToken(id, ledger)))
        XCTAssertEqual(consumer.end!.select(1)?.id, id)
      }
      XCTAssertTrue(try producer.end!.claim(2))
      producer.end!.write(SharedToken(99, ledger))
      producer.end = nil
      consumer.end = nil
      XCTAssertEqual(ledger.balance, 0, "after \(laps) messages")
    }
  }
}
