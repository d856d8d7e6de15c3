import Buffers
import Queues
import Streams
import TestSupport
import XCTest

/// Queues of linked nodes between real threads.
final class NodeThreadTests: XCTestCase {
  private static let messageCount: UInt64 = 8_000

  func testALinkKeepsOrderBetweenTwoThreads() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let pool = try NodePool<NodeToken, HardwareWord>(capacity: 9, in: &memory.arena)
    let ends = try NodeLink(QueueProperties(capacity: 7), from: pool, in: &memory.arena).link()
    let (producer, consumer) = (NodeHeld(ends.producer), NodeHeld(ends.consumer))
    let received = NodeReceived()
    runThreads([
      {
        produce(0..<Self.messageCount, ledger, into: &producer.value!); producer.drop()
      },
      {
        consume(&consumer.value!) { received.values.append($0) }; consumer.drop()
      },
    ])
    XCTAssertNil(received.firstDisorder(producerCount: 1, each: Self.messageCount))
    XCTAssertEqual(pool.lentCount, 0)
    XCTAssertEqual(ledger.liveCount, 0)
  }

  func testASubKeepsEachProducersOrder() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let pool = try NodePool<NodeToken, HardwareWord>(capacity: 9, in: &memory.arena)
    let ends = try NodeSub(QueueProperties(capacity: 7), from: pool, in: &memory.arena).sub()
    let (first, consumer) = (NodeHeld(ends.producer), NodeHeld(ends.consumer))
    let second = NodeHeld(first.value!.another())
    let received = NodeReceived()
    runThreads([
      {
        produce(0..<Self.messageCount, ledger, into: &first.value!); first.drop()
      },
      {
        produce(1 << 32..<1 << 32 + Self.messageCount, ledger, into: &second.value!); second.drop()
      },
      {
        consume(&consumer.value!) { received.values.append($0) }; consumer.drop()
      },
    ])
    XCTAssertNil(received.firstDisorder(producerCount: 2, each: Self.messageCount))
    XCTAssertEqual(pool.lentCount, 0)
    XCTAssertEqual(ledger.liveCount, 0)
  }

  func testAConsumerThatLeavesEarlyLosesNoToken() throws {
    for early in [UInt64(0), 1, 100, 1_000] {
      let memory = keptArena()
      let ledger = NodeLedger()
      let pool = try NodePool<NodeToken, HardwareWord>(capacity: 9, in: &memory.arena)
      let ends = try NodeSub(
        QueueProperties(capacity: 7, overflow: .dropNewest), from: pool, in: &memory.arena
      ).sub()
      let (first, consumer) = (NodeHeld(ends.producer), NodeHeld(ends.consumer))
      let second = NodeHeld(first.value!.another())
      runThreads([
        {
          for value in 0..<2_000 { _ = first.value!.offer(UInt64(value), ledger) }; first.drop()
        },
        {
          for value in 0..<2_000 { _ = second.value!.offer(UInt64(value), ledger) }; second.drop()
        },
        {
          for _ in 0..<early { _ = consumer.value!.answer() }; consumer.drop()
        },
      ])
      XCTAssertEqual(pool.lentCount, 0)
      XCTAssertEqual(ledger.liveCount, 0)
    }
  }

  func testTheOrderCheckNoticesWhatIsLostDoubledOrReordered() {
    let received = NodeReceived()
    let cases: [(values: [UInt64], isRight: Bool)] = [
      ([0, 1 << 32, 1, 1 << 32 + 1], true), ([0, 1, 1 << 32], false), ([0, 1, 1 << 32, 1 << 32], false),
      ([1, 0, 1 << 32, 1 << 32 + 1], false),
    ]
    for (values, isRight) in cases {
      received.values = values
      XCTAssertEqual(received.firstDisorder(producerCount: 2, each: 2) == nil, isRight)
    }
  }
}

/// What a consumer received; read when its thread is done.
private final class NodeReceived: @unchecked Sendable {
  var values: [UInt64] = []

  /// The first value that is not the next one of its producer, or a producer that is not complete.
  func firstDisorder(producerCount: Int, each messageCount: UInt64) -> String? {
    var next = [UInt64](repeating: 0, count: producerCount)
    for value in values {
      let producer = Int(value >> 32)
      guard value & 0xFFFF_FFFF == next[producer] else { return "\(value), expected \(next[producer])" }
      next[producer] += 1
    }
    return next.allSatisfy { $0 == messageCount } ? nil : "received \(next) of \(messageCount)"
  }
}

private func produce<Producer: Queues.Producer<NodeToken> & ~Copyable>(
  _ values: Range<UInt64>, _ ledger: NodeLedger, into producer: inout Producer
) {
  for value in values {
    while producer.offer(value, ledger) != nil { sched_yield() }
  }
}

private func consume(
  _ consumer: inout NodeConsumer<NodeToken, HardwareWord>, _ receive: (UInt64) -> Void
) {
  while true {
    switch consumer.answer() {
    case .value(let value): receive(value)
    case .pending: sched_yield()
    case .ended: return
    }
  }
}
