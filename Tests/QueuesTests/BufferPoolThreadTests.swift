import Buffers
import Queues
import Streams
import Synchronization
import TestSupport
import Timing
import XCTest

/// Buffers that are taken, sent and dropped on several threads.
final class BufferPoolThreadTests: XCTestCase {
  fileprivate typealias Shared = SharedBuffer<HardwareWord>

  func testNoBufferIsLentTwice() throws {
    let memory = keptArena()
    let pool = try BufferPool<HardwareWord>(capacity: 2, byteCount: 16, in: &memory.arena)
    let overwritten = NodeLedger()
    runThreads(
      (1...3).map { thread in
        {
          for _ in 0..<2_000 {
            guard var buffer = pool.take() else {
              sched_yield()
              continue
            }
            if !keepsItsBytes(&buffer, value: thread, meanwhile: { sched_yield() }) { overwritten.note() }
          }
        }
      })
    XCTAssertEqual(overwritten.liveCount, 0)
    XCTAssertEqual(pool.lentCount, 0)
  }

  func testLendingABufferTwiceIsNoticed() {
    var first = DoubledBuffer(NodeLedger())
    let second = DoubledBuffer(first.memory)
    XCTAssertTrue(keepsItsBytes(&first, value: 1, meanwhile: {}))
    XCTAssertFalse(
      keepsItsBytes(&first, value: 1) { second.fill(with: 2, byteCount: 16) }, "two have the same memory")
  }

  func testBuffersGoFromCoreToCoreAndBack() throws {
    let memory = keptArena()
    let pool = try BufferPool<HardwareWord>(capacity: 5, byteCount: 16, in: &memory.arena)
    let nodes = try NodePool<Shared, HardwareWord>(capacity: 10, in: &memory.arena)
    let links = try (0..<2).map { _ in
      let ends = try NodeLink(QueueProperties(capacity: 4), from: nodes, in: &memory.arena).link()
      return (producer: NodeHeld(ends.producer), consumer: NodeHeld(ends.consumer))
    }
    let (count, wrong) = (2_000, NodeLedger())
    runThreads([
      {
        for number in 0..<count {
          let first = written(number, from: pool)
          send(first.clone(), to: links[0].producer)
          send(first, to: links[1].producer)
        }
        links.forEach { $0.producer.drop() }
      },
      {
        if !receives(count, from: links[0].consumer) { wrong.note() }
        links[0].consumer.drop()
      },
      {
        if !receives(count, from: links[1].consumer) { wrong.note() }
        links[1].consumer.drop()
      },
    ])
    XCTAssertEqual(wrong.liveCount, 0)
    XCTAssertEqual(pool.lentCount, 0)
    XCTAssertEqual(nodes.lentCount, 0)
  }
}

private protocol WritableBuffer: ~Copyable {
  mutating func fill(with value: UInt8, byteCount: Int)
  borrowing func value() -> UInt8?
}

extension UniqueBuffer: WritableBuffer where Word == HardwareWord {}

/// What a pool would lend that lends the same memory to two.
private struct DoubledBuffer: WritableBuffer, ~Copyable {
  let memory: NodeLedger
  init(_ memory: NodeLedger) { self.memory = memory }
  func fill(with value: UInt8, byteCount: Int) { memory.live.store(Int(value), ordering: .relaxed) }
  func value() -> UInt8? { UInt8(memory.liveCount) }
}

/// Whether a buffer holds what was written while others use theirs.
private func keepsItsBytes<Buffer: WritableBuffer & ~Copyable>(
  _ buffer: inout Buffer, value: Int, meanwhile: () -> Void
) -> Bool {
  buffer.fill(with: UInt8(value), byteCount: 16)
  meanwhile()
  return buffer.value() == UInt8(value)
}

private func written(
  _ number: Int, from pool: BufferPool<HardwareWord>
) -> SharedBuffer<HardwareWord> {
  while true {
    if var buffer = pool.take() {
      buffer.fill(with: pipeByte(number), byteCount: 1 + number % 16)
      return buffer.share()
    }
    sched_yield()
  }
}

private func send(
  _ buffer: consuming SharedBuffer<HardwareWord>,
  to producer: NodeHeld<NodeLinkProducer<SharedBuffer<HardwareWord>, HardwareWord>>
) {
  var rest: SharedBuffer<HardwareWord>? = consume buffer
  while let unsent = rest.take() {
    rest = producer.value!.push(unsent)
    if rest != nil { sched_yield() }
  }
}

/// Whether the buffers number 0 to `count` - 1 come, in this order, and nothing else.
private func receives(
  _ count: Int, from consumer: NodeHeld<NodeConsumer<SharedBuffer<HardwareWord>, HardwareWord>>
) -> Bool {
  var number = 0
  while true {
    switch consumer.value!.poll(at: .zero) {
    case .ready(let buffer):
      guard buffer.value() == pipeByte(number), buffer.byteCount == 1 + number % 16 else { return false }
      number += 1
    case .pending: sched_yield()
    case .ended: return number == count
    }
  }
}
