import InterleavingSupport
import Queues
import TestSupport
import XCTest

/// Consumers of a turbine that sleep: behind each other, behind who leaves, behind a claim that is abandoned.
final class TurbineWakingExplorationTests: XCTestCase {
  private typealias Consumer = TurbineConsumer<Tracked, ModelWord>

  private final class Turbines {
    private let memory = TestArena(byteCount: 16 << 10)
    private var producers: [Int: Box<TurbineSubProducer<Tracked, ModelWord>>] = [:]
    private var consumers: [Int: Box<Consumer>] = [:]
    var accepted: [UInt64] = []
    var seen: [[UInt64]] = [[], []]

    /// Consumers that each read behind the one before. Each sleeps as the thread of its number among `sleepers`.
    init(_ properties: QueueProperties, producers: Int, sleepers: [UInt]) throws {
      var plan = TurbinePlan()
      var stages: [TurbineStage] = []
      for sleeper in sleepers {
        let waiting = WaitStrategy.wake(WakeHook(context: sleeper) { ModelThread.wake(Int($0)) })
        stages.append(
          stages.isEmpty
            ? plan.consumer(waiting: waiting) : plan.consumer(after: stages.last!, waiting: waiting))
      }
      let ends = try TurbineSub<Tracked, ModelWord>(properties, plan, producers: producers, in: &memory.arena)
      {
        Tracked(UInt64(50 + $0))
      }.link()
      var untaken = ends.producers
      for index in 0..<producers { self.producers[index] = Box(untaken.take()!) }
      var consumers = ends.consumers
      for (index, stage) in stages.enumerated() { self.consumers[index] = Box(consumers.take(stage)!) }
    }

    /// Pushes, and stays, so that nobody is woken by its leaving.
    func push(_ index: Int, _ values: ClosedRange<UInt64>) { producers[index]!.end!.pushAll(values) }

    func claimAndLeave(_ index: Int) {
      ModelThread.expect((try? producers[index]!.end!.claim(1)) == true, "no room for a claim")
      producers[index]!.end = nil
    }

    func leave(_ index: Int) { consumers[index]!.end = nil }

    func sleepFor(_ index: Int, _ count: Int) {
      var consumer = consumers[index]!.end.take()!
      while seen[index].count < count {
        if consumer.read(upTo: 8, { message, _ in seen[index].append(message.value) }) == 0 {
          if !consumer.armWakeup() { ModelThread.park() }
        }
      }
      consumers[index]!.end = consume consumer
    }

    func dropEnds() {
      for box in producers.values { box.end = nil }
      for box in consumers.values { box.end = nil }
    }
  }

  private final class Box<End: ~Copyable> {
    var end: End?
    init(_ end: consuming End) { self.end = consume end }
  }

  private func explore(
    _ name: String, _ properties: QueueProperties, producers: Int = 1, sleepers: [UInt],
    threads: [(Turbines) -> Void], seen: [[UInt64]], line: UInt = #line
  ) throws {
    try exploreQueue(
      "Turbine, \(name)",
      setUp: { try Turbines(properties, producers: producers, sleepers: sleepers) }, threads: threads,
      check: { turbine in
        turbine.dropEnds()
        ModelThread.expect(turbine.seen == seen, "seen: \(turbine.seen)")
      }, line: line)
  }

  func testASleeperBehindASleeperIsWoken() throws {
    try explore(
      "a sleeper behind a sleeper", QueueProperties(capacity: 2, firstSequence: .max), sleepers: [1, 2],
      threads: [{ $0.push(0, 1...1) }, { $0.sleepFor(0, 1) }, { $0.sleepFor(1, 1) }], seen: [[1], [1]])
  }

  func testASleeperBehindOneThatLeavesIsWoken() throws {
    try explore(
      "a sleeper behind one that leaves", QueueProperties(capacity: 2, firstSequence: .max),
      sleepers: [1, 2], threads: [{ $0.push(0, 1...1) }, { $0.leave(0) }, { $0.sleepFor(1, 1) }],
      seen: [[], [1]])
  }

  func testASleeperBehindAnAbandonedClaimIsWoken() throws {
    try explore(
      "a sleeper behind an abandoned claim", QueueProperties(capacity: 2, firstSequence: .max), producers: 2,
      sleepers: [2], threads: [{ $0.claimAndLeave(0) }, { $0.push(1, 11...11) }, { $0.sleepFor(0, 1) }],
      seen: [[11], []])
  }
}
