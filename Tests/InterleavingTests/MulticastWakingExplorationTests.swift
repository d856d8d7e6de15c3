import Buffers
import InterleavingSupport
import Queues
import Streams
import TestSupport
import XCTest

/// Consumers of one producer that sleep, join and leave.
final class MulticastWakingExplorationTests: XCTestCase {
  private final class Sharers {
    private let memory = TestArena(byteCount: 8192)
    private var producer: VecShare<Tracked, ModelWord>.Producer?
    private var first: VecShareConsumer<Tracked, ModelWord>?
    private var second: VecShareConsumer<Tracked, ModelWord>?
    var accepted: [UInt64] = []
    var taken: [[UInt64]] = [[], []]

    /// The first consumer sleeps as thread 1.
    init(_ properties: QueueProperties) throws {
      let hook = WakeHook(context: 1) { ModelThread.wake(Int($0)) }
      var queue = try VecShare<Tracked, ModelWord>(consumers: 2, properties, in: &memory.arena)
      first = try queue.sub(waiting: .wake(hook))
      second = try queue.sub()
      producer = queue.pub()
    }

    /// The producer stays, so that nobody is woken by its leaving.
    func push(_ values: ClosedRange<UInt64>) {
      var producer = self.producer.take()!
      producer.pushAll(values)
      self.producer = consume producer
    }

    func sleepForOne() {
      var consumer = first.take()!
      taken[0] = consumer.pollAsleep(1)
    }

    func takeAndLeave(_ body: (inout VecShareConsumer<Tracked, ModelWord>) -> [UInt64]) {
      var consumer = second.take()!
      taken[1] = body(&consumer)
    }

    func dropProducer() { producer = nil }

    /// Pushes a batch, as much of it as there is room for, and then one more.
    func pushUpTo(_ count: Int) {
      var producer = self.producer.take()!
      let pushed = UInt64(producer.push(upTo: count) { Tracked(UInt64($0) + 1) })
      accepted = Array(1..<(pushed + 1)) + producer.pushSome((pushed + 1)...(pushed + 1))
      self.producer = consume producer
    }

    func drainAndLeave(_ index: Int, _ limit: Int) {
      var consumer = index == 0 ? first.take()! : second.take()!
      _ = consumer.drain(upTo: limit) { taken[index].append($0.value) }
    }
  }

  private final class Sleepy {
    private let memory = TestArena(byteCount: 8192)
    private var producer: VecPub<Wide, ModelWord>.Producer?
    private var first: VecPub<Wide, ModelWord>.Consumer?
    private var second: VecPub<Wide, ModelWord>.Consumer?
    var taken: [[UInt64]] = [[], []]

    init(_ properties: QueueProperties, _ hooks: [WakeHook]) throws {
      var queue = try VecPub<Wide, ModelWord>(consumers: 2, properties, in: &memory.arena)
      first = try queue.sub(waiting: .wake(hooks[0]))
      second = try queue.sub(waiting: .wake(hooks[1]))
      producer = queue.pub()
    }

    /// The producer stays, so that nobody is woken by its leaving.
    func push(_ values: ClosedRange<UInt64>) {
      var producer = self.producer.take()!
      producer.pushAll(values)
      self.producer = consume producer
    }

    func take(_ index: Int, _ count: Int) {
      var consumer = index == 0 ? first.take()! : second.take()!
      taken[index] = consumer.pollAsleep(count)
    }

    func dropProducer() { producer = nil }
  }

  private final class Newest {
    private let memory = TestArena(byteCount: 8192)
    private var producer: OverwritingProducer<Wide, ModelWord>?
    private var consumer: OverwritingConsumer<Wide, ModelWord>?
    var taken: UInt64 = 0

    init(_ capacity: Int) throws {
      let hook = WakeHook(context: 1) { ModelThread.wake(Int($0)) }
      let properties = QueueProperties(
        capacity: capacity, overflow: .dropOldest, waiting: .wake(hook), firstSequence: .max)
      let ends = try OverwritingLink<Wide, ModelWord>(properties, in: &memory.arena).link()
      producer = consume ends.producer
      consumer = consume ends.consumer
    }

    /// The producer stays, so that nobody is woken by its leaving.
    func push(_ values: ClosedRange<UInt64>) {
      for value in values { _ = producer!.push(Wide(value)) }
    }

    func sleepUntil(_ value: UInt64) {
      var consumer = self.consumer.take()!
      while taken != value { taken = consumer.pollAsleep(1)[0] }
    }
  }

  func testASharerIsNotLeftAsleepByOneThatTakesOneMessage() throws {
    try exploreQueue(
      "VecShare of 2, a sharer asleep", setUp: { try Sharers(QueueProperties(capacity: 2)) },
      threads: [
        { (queue: Sharers) in queue.push(1...2) }, { $0.sleepForOne() },
        { $0.takeAndLeave { $0.pollSome(1) } },
      ],
      check: { queue in
        queue.dropProducer()
        ModelThread.expect(queue.taken[0].count == 1, "taken: \(queue.taken)")
      })
  }

  func testEverySleeperOfAPubIsWoken() throws {
    let hooks = [1, 2].map { WakeHook(context: $0) { ModelThread.wake(Int($0)) } }
    try exploreQueue(
      "VecPub of 1, two asleep", setUp: { try Sleepy(QueueProperties(capacity: 1), hooks) },
      threads: [
        { (queue: Sleepy) in queue.push(1...1) }, { $0.take(0, 1) }, { $0.take(1, 1) },
      ],
      check: { queue in
        queue.dropProducer()
        for taken in queue.taken { ModelThread.expect(taken == [1], "taken: \(queue.taken)") }
      })
  }

  func testASleeperFindsTheNewestMessage() throws {
    for capacity in [1, 2] {
      try exploreQueue(
        "OverwritingLink of \(capacity), asleep", setUp: { try Newest(capacity) },
        threads: [{ (queue: Newest) in queue.push(1...2) }, { $0.sleepUntil(2) }],
        check: { ModelThread.expect($0.taken == 2, "taken: \($0.taken)") })
    }
  }

  func testDrainsShareOutWhatThereIs() throws {
    for properties in [
      QueueProperties(capacity: 2, firstSequence: .max), QueueProperties(capacity: 3, batch: 2),
    ] {
      try exploreQueue(
        "VecShare of \(properties.capacity), drained", setUp: { try Sharers(properties) },
        threads: [
          { (queue: Sharers) in queue.pushUpTo(3) }, { $0.drainAndLeave(0, 2) }, { $0.drainAndLeave(1, 3) },
        ],
        check: { queue in
          queue.dropProducer()
          let taken = queue.taken.joined().sorted()
          ModelThread.expect(queue.accepted.starts(with: taken), "\(queue.taken) of \(queue.accepted)")
          for taken in queue.taken { ModelThread.expect(taken == taken.sorted(), "out of order: \(taken)") }
        })
    }
  }
}

extension VecShareConsumer: SleepingConsumer where Message: ~Copyable, Word: ~Copyable {}
extension OverwritingConsumer: SleepingConsumer where Word: ~Copyable {}
