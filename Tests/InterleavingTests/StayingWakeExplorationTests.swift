import InterleavingSupport
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// Sleepers whose producers stay: what wakes them is what was pushed, and not that somebody left.
final class StayingWakeExplorationTests: XCTestCase {
  private final class Nodes {
    private let memory = TestArena(byteCount: 16 << 10)
    private var first: NodeSubProducer<Tracked, ModelWord>?
    private var second: NodeSubProducer<Tracked, ModelWord>?
    private var consumer: NodeConsumer<Tracked, ModelWord>?
    var taken: [UInt64] = []

    init(_ properties: QueueProperties, nodes: Int) throws {
      let pool = try NodePool<Tracked, ModelWord>(capacity: nodes, in: &memory.arena)
      let ends = try NodeSub(properties, from: pool, in: &memory.arena).sub()
      second = ends.producer.another()
      first = consume ends.producer
      consumer = consume ends.consumer
    }

    func push(_ index: Int, _ value: UInt64) {
      var producer = index == 0 ? first.take()! : second.take()!
      ModelThread.expect(producer.push(Tracked(value)) == nil, "\(value) is refused")
      if index == 0 { first = consume producer } else { second = consume producer }
    }

    func sleepFor(_ count: Int) {
      var consumer = self.consumer.take()!
      taken = consumer.pollAsleep(count)
      self.consumer = consume consumer
    }

    func dropEnds() {
      first = nil
      second = nil
      consumer = nil
    }
  }

  /// One of two producers may be between taking its place in the chain and linking its node.
  func testAGapInAChainIsSleptThrough() throws {
    let hook = WakeHook(context: 2) { ModelThread.wake(Int($0)) }
    try exploreQueue(
      "NodeSub of 2, asleep",
      setUp: { try Nodes(QueueProperties(capacity: 2, waiting: .wake(hook)), nodes: 3) },
      threads: [
        { (nodes: Nodes) in nodes.push(0, 1) }, { $0.push(1, 2) }, { $0.sleepFor(isLong ? 2 : 1) },
      ],
      check: { nodes in
        nodes.dropEnds()
        ModelThread.expect(nodes.taken.count == (isLong ? 2 : 1), "taken: \(nodes.taken)")
      })
  }

  private final class Rings {
    private let memory = TestArena(byteCount: 8192)
    private var first: VecSub<Tracked, ModelWord>.Producer?
    private var second: VecSub<Tracked, ModelWord>.Producer?
    private var consumer: VecSubConsumer<Tracked, ModelWord>?
    var taken: [UInt64] = []

    init(_ properties: QueueProperties) throws {
      var queue = try VecSub<Tracked, ModelWord>(producers: 2, properties, in: &memory.arena)
      first = try queue.pub()
      second = try queue.pub()
      consumer = queue.sub()
    }

    func push(_ index: Int, _ value: UInt64) {
      var producer = index == 0 ? first.take()! : second.take()!
      producer.pushAll(value...value)
      if index == 0 { first = consume producer } else { second = consume producer }
    }

    func sleepFor(_ count: Int) {
      var consumer = self.consumer.take()!
      taken = consumer.pollAsleep(count)
    }

    func dropProducers() {
      first = nil
      second = nil
    }
  }

  func testEachOfManyProducersWakes() throws {
    let hook = WakeHook(context: 2) { ModelThread.wake(Int($0)) }
    try exploreQueue(
      "VecSub of 1, asleep",
      setUp: { try Rings(QueueProperties(capacity: 1, waiting: .wake(hook), firstSequence: .max)) },
      threads: [{ (rings: Rings) in rings.push(0, 1) }, { $0.push(1, 2) }, { $0.sleepFor(2) }],
      check: { rings in
        rings.dropProducers()
        ModelThread.expect(rings.taken.sorted() == [1, 2], "taken: \(rings.taken)")
      })
  }

  private final class Pipe {
    private let memory = TestArena(byteCount: 4096)
    private var producer: PipeLinkProducer<ModelWord>?
    private var consumer: PipeLinkConsumer<ModelWord>?
    var read: [UInt8] = []

    init(_ properties: QueueProperties) throws {
      let ends = try PipeLink<ModelWord>(properties, in: &memory.arena).link()
      producer = consume ends.producer
      consumer = consume ends.consumer
    }

    func write(_ bytes: [UInt8]) {
      for byte in bytes {
        while producer!.push(byte) != nil { ModelThread.pause() }
      }
    }

    func sleepFor(_ count: Int) {
      while read.count < count {
        switch consumer!.poll(at: .zero) {
        case .ready(let byte): read.append(byte)
        case .pending: if !consumer!.armWakeup() { ModelThread.park() }
        case .ended: return
        }
      }
    }
  }

  func testBytesWake() throws {
    let hook = WakeHook(context: 1) { ModelThread.wake(Int($0)) }
    for capacity in [1, 2] {
      try exploreQueue(
        "PipeLink of \(capacity), asleep",
        setUp: { try Pipe(QueueProperties(capacity: capacity, waiting: .wake(hook), firstSequence: .max)) },
        threads: [{ (pipe: Pipe) in pipe.write([1, 2]) }, { $0.sleepFor(2) }],
        check: { ModelThread.expect($0.read == [1, 2], "read: \($0.read)") })
    }
  }
}
