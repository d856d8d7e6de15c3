import InterleavingSupport
import Queues
import Streams
import TestSupport
import XCTest

/// Many producers, one consumer.
final class VecSubExplorationTests: XCTestCase {
  private final class Sub {
    private let memory = TestArena(byteCount: 8192)
    private var first: VecSub<Tracked, ModelWord>.Producer?
    private var second: VecSub<Tracked, ModelWord>.Producer?
    private var consumer: VecSubConsumer<Tracked, ModelWord>?
    var accepted: [[UInt64]] = [[], []]
    var taken: [UInt64] = []

    init(_ properties: QueueProperties) throws {
      var queue = try VecSub<Tracked, ModelWord>(producers: 2, properties, in: &memory.arena)
      first = try queue.pub()
      second = try queue.pub()
      consumer = queue.sub()
    }

    func push(_ index: Int, _ values: ClosedRange<UInt64>) {
      var producer = index == 0 ? first.take()! : second.take()!
      accepted[index] = producer.pushSome(values)
    }

    func leave(_ index: Int) {
      if index == 0 { first = nil } else { second = nil }
    }

    func take(_ body: (inout VecSubConsumer<Tracked, ModelWord>) -> [UInt64]) {
      var consumer = self.consumer.take()!
      taken = body(&consumer)
    }
  }

  private func exploreSub(
    _ name: String, _ properties: QueueProperties, pushes: UInt64, consumer: @escaping (Sub) -> Void,
    isComplete: Bool = true
  ) throws {
    try exploreQueue(
      "VecSub of \(properties.capacity), \(name)",
      words: ["sleeping"] + ["a", "b"].flatMap { ["published \($0)", "consumed \($0)", "departed \($0)"] },
      setUp: { try Sub(properties) },
      threads: [{ $0.push(0, 1...pushes) }, { $0.push(1, 11...(10 + pushes)) }, consumer],
      check: { sub in
        for accepted in sub.accepted {
          let mine = sub.taken.filter { accepted.contains($0) }
          ModelThread.expect(
            isComplete ? mine == accepted : accepted.starts(with: mine),
            "taken: \(sub.taken) of \(sub.accepted)")
        }
      })
  }

  func testManyProducersLoseNothing() throws {
    for (capacity, pushes) in isLong ? [(1, 2), (2, 2)] : [(1, 1), (2, 1)] as [(Int, UInt64)] {
      try exploreSub(
        "\(pushes) of each", QueueProperties(capacity: capacity, firstSequence: .max), pushes: pushes,
        consumer: { $0.take { $0.pollAll() } })
    }
  }

  func testAConsumerOfManyThatLeavesLeavesNothingBehind() throws {
    try exploreSub(
      "consumer leaving", QueueProperties(capacity: 1), pushes: 2, consumer: { $0.take { $0.pollSome(2) } },
      isComplete: false)
  }

  func testAConsumerOfManyIsWoken() throws {
    let hook = WakeHook(context: 2) { ModelThread.wake(Int($0)) }
    try exploreQueue(
      "VecSub of 1, waking",
      setUp: {
        let sub = try Sub(QueueProperties(capacity: 1, waiting: .wake(hook)))
        if !isLong { sub.leave(1) }
        return sub
      },
      threads: [
        { (sub: Sub) in sub.push(0, 1...1) },
        { (sub: Sub) in if isLong { sub.leave(1) } }, { $0.take { $0.pollAllAsleep() } },
      ], check: { ModelThread.expect($0.taken.count == $0.accepted.joined().count, "taken: \($0.taken)") })
  }
}

extension VecSubConsumer: SleepingConsumer where Message: ~Copyable, Word: ~Copyable {}
