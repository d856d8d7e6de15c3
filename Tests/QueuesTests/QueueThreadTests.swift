import Foundation
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// Queues between real threads, short, on types that an optimised build specialises: what ThreadSanitizer looks at.
/// `tools/queue-mutants` runs these under it.
final class QueueThreadTests: XCTestCase {
  private static let messageCount: UInt64 = 2_000

  /// Hands an end to the thread that uses it.
  private final class Handed<End: ~Copyable>: @unchecked Sendable {
    private var end: End?
    init(_ end: consuming End) { self.end = consume end }
    func take() -> End { end.take()! }
  }

  private final class Received: @unchecked Sendable {
    var values: [UInt64] = []
  }

  private func run(_ bodies: [@Sendable () -> Void]) {
    let group = DispatchGroup()
    for body in bodies {
      group.enter()
      Thread.detachNewThread {
        body()
        group.leave()
      }
    }
    group.wait()
  }

  func testALinkBetweenTwoThreads() throws {
    let memory = TestArena(byteCount: 1 << 16)
    let ends = try VecLink<UInt64, HardwareWord>(QueueProperties(capacity: 16), in: &memory.arena).link()
    let (producer, consumer, received) = (Handed(ends.producer), Handed(ends.consumer), Received())
    run([
      {
        var end = producer.take()
        for value in 0..<Self.messageCount { while end.push(value) != nil { sched_yield() } }
      },
      {
        var end = consumer.take()
        while true {
          switch end.poll(at: .zero) {
          case .ready(let value): received.values.append(value)
          case .pending: sched_yield()
          case .ended: return
          }
        }
      },
    ])
    XCTAssertEqual(received.values, Array(0..<Self.messageCount))
    withExtendedLifetime(memory) {}
  }

  func testManyProducersOfLinkedNodes() throws {
    let memory = TestArena(byteCount: 1 << 16)
    let pool = try NodePool<UInt64, HardwareWord>(capacity: 17, in: &memory.arena)
    let ends = try NodeSub(QueueProperties(capacity: 16), from: pool, in: &memory.arena).sub()
    let second = Handed(ends.producer.another())
    let (first, consumer, received) = (Handed(ends.producer), Handed(ends.consumer), Received())
    let produce: @Sendable (Handed<NodeSubProducer<UInt64, HardwareWord>>, UInt64) -> Void = { handed, base in
      var end = handed.take()
      for value in base..<base + Self.messageCount { while end.push(value) != nil { sched_yield() } }
    }
    run([
      { produce(first, 0) }, { produce(second, 1_000_000) },
      {
        var end = consumer.take()
        while true {
          switch end.poll(at: .zero) {
          case .ready(let value): received.values.append(value)
          case .pending: sched_yield()
          case .ended: return
          }
        }
      },
    ])
    XCTAssertEqual(received.values.filter { $0 < 1_000_000 }, Array(0..<Self.messageCount))
    XCTAssertEqual(received.values.count, 2 * Int(Self.messageCount))
    XCTAssertEqual(pool.lentCount, 0)
    withExtendedLifetime(memory) {}
  }

  func testATurbineWithAPipeline() throws {
    let memory = TestArena(byteCount: 1 << 16)
    var plan = TurbinePlan()
    let stage = plan.consumer()
    let behind = plan.consumer(after: stage)
    let turbine = try Turbine<UInt64, HardwareWord>(QueueProperties(capacity: 16), plan, in: &memory.arena) {
      _ in 0
    }
    let ends = turbine.link()
    let producer = Handed(ends.producer)
    var consumers = ends.consumers
    let readers = [Handed(consumers.take(stage)!), Handed(consumers.take(behind)!)]
    let received = [Received(), Received()]
    let read: @Sendable (Int) -> Void = { index in
      var end = readers[index].take()
      while true {
        if end.read(upTo: 8, { value, _ in received[index].values.append(value) }) == 0 {
          if end.hasEnded { return }
          sched_yield()
        }
      }
    }
    run([
      {
        var end = producer.take()
        for value in 0..<Self.messageCount { while end.push(value) != nil { sched_yield() } }
      }, { read(0) }, { read(1) },
    ])
    for reader in received { XCTAssertEqual(reader.values, Array(0..<Self.messageCount)) }
    withExtendedLifetime(memory) {}
  }
}
