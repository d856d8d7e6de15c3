import InterleavingSupport
import Queues
import TestSupport
import XCTest

/// A turbine and the ends that threads take from it.
private final class Ring {
  typealias Consumer = TurbineConsumer<Tracked, ModelWord>
  private let memory = TestArena(byteCount: 16 << 10)
  var producer: TurbineProducer<Tracked, ModelWord>?
  var first: Consumer?
  var second: Consumer?
  var third: Consumer?
  var seen: [[UInt64]] = [[], [], []]
  /// Whether threads leave their ends behind. Leaving has tests of its own: elsewhere it only multiplies executions.
  private let keepsEnds: Bool

  init(
    _ properties: QueueProperties, _ plan: TurbinePlan, _ stages: [TurbineStage], keepsEnds: Bool = false
  ) throws {
    self.keepsEnds = keepsEnds
    let turbine = try Turbine<Tracked, ModelWord>(properties, plan, in: &memory.arena) {
      Tracked(UInt64(50 + $0))
    }
    let ends = turbine.link()
    producer = consume ends.producer
    var consumers = ends.consumers
    first = consumers.take(stages[0])
    if stages.count > 1 { second = consumers.take(stages[1]) }
    if stages.count > 2 { third = consumers.take(stages[2]) }
  }

  func push(_ body: (inout TurbineProducer<Tracked, ModelWord>) -> Void) {
    var producer = self.producer.take()!
    body(&producer)
    if keepsEnds { self.producer = consume producer }
  }

  func dropEnds() {
    producer = nil
    first = nil
    second = nil
    third = nil
  }
}

extension TurbineConsumer where Message == Tracked, Word: ~Copyable {
  /// Reads until it has seen `count` messages or the producers are gone, waiting for each. What it does with message
  /// `value` is an access to plain memory there: `writing` what it leaves, `reading` what others must have left before.
  fileprivate mutating func read(_ count: Int = .max, writing: UInt? = nil, reading: [UInt] = []) -> [UInt64]
  {
    var values: [UInt64] = []
    while values.count < count {
      let read = read(upTo: 8) { message, _ in
        values.append(message.value)
        for base in reading { ModelWord.willRead(base + UInt(message.value)) }
        if let writing { ModelWord.willWrite(writing + UInt(message.value)) }
      }
      if read == 0 {
        if hasEnded { break }
        ModelThread.pause()
      }
    }
    return values
  }
}

final class TurbineExplorationTests: XCTestCase {
  private let words = ["next", "producers", "consumers", "ends"]

  private func expect(_ ring: Ring, _ values: ClosedRange<UInt64>, by readers: Int) {
    ring.dropEnds()
    for reader in 0..<readers {
      ModelThread.expect(ring.seen[reader] == Array(values), "consumer \(reader): \(ring.seen[reader])")
    }
  }

  func testOneConsumerSeesAll() throws {
    for (capacity, first) in [(1, 0), (2, UInt64.max), (3, UInt64.max - 1)] {
      let properties = QueueProperties(capacity: capacity, firstSequence: first)
      let last = UInt64(capacity) + (isLong || capacity < 3 ? 1 : 0)
      try exploreQueue(
        "Turbine of \(capacity) from \(first)", words: words,
        setUp: {
          var plan = TurbinePlan()
          let only = plan.consumer()
          return try Ring(properties, plan, [only])
        },
        threads: [
          { $0.push { $0.pushAll(1...last) } }, { $0.seen[0] = $0.takeFirst { $0.read() } },
        ], check: { self.expect($0, 1...last, by: 1) })
    }
  }

  func testAClaimIsPublishedWhole() throws {
    try exploreQueue(
      "Turbine, claims", words: words,
      setUp: {
        var plan = TurbinePlan()
        let only = plan.consumer()
        return try Ring(QueueProperties(capacity: 2, firstSequence: .max), plan, [only])
      },
      threads: [
        { ring in
          ring.push { producer in
            for first in [1, 3] as [UInt64] {
              while try! !producer.claim(2) { ModelThread.pause() }
              producer[0] = Tracked(first)
              producer[1] = Tracked(first + 1)
              try! producer.publish()
            }
          }
        },
        { ring in
          ring.seen[0] = ring.takeFirst { consumer in
            let count = consumer.available
            ModelThread.expect(count % 2 == 0, "\(count) of a claim of 2")
            return consumer.read()
          }
        },
      ], check: { self.expect($0, 1...4, by: 1) })
  }

  func testEveryConsumerSeesAll() throws {
    for last in isLong ? [2, 3] : [2] as [UInt64] {
      try exploreQueue(
        "Turbine of 1, multicast of \(last)", words: words,
        setUp: {
          var plan = TurbinePlan()
          let (first, second) = (plan.consumer(), plan.consumer())
          return try Ring(
            QueueProperties(capacity: 1, firstSequence: .max), plan, [first, second], keepsEnds: true)
        },
        threads: [
          { $0.push { $0.pushAll(1...last) } }, { $0.seen[0] = $0.takeFirst { $0.read(Int(last)) } },
          { $0.seen[1] = $0.takeSecond { $0.read(Int(last)) } },
        ], check: { self.expect($0, 1...last, by: 2) })
    }
  }

  func testNoConsumerPassesItsDependency() throws {
    for (capacity, last) in isLong ? [(1, 3), (2, 3), (2, 4)] : [(1, 2), (2, 3)] as [(Int, UInt64)] {
      try exploreQueue(
        "Turbine of \(capacity), pipeline", words: words,
        setUp: {
          var plan = TurbinePlan()
          let first = plan.consumer()
          let second = plan.consumer(after: first)
          return try Ring(
            QueueProperties(capacity: capacity, firstSequence: .max), plan, [first, second], keepsEnds: true)
        },
        threads: [
          { $0.push { $0.pushAll(1...last) } },
          { $0.seen[0] = $0.takeFirst { $0.read(Int(last), writing: 1000) } },
          { $0.seen[1] = $0.takeSecond { $0.read(Int(last), reading: [1000]) } },
        ], check: { self.expect($0, 1...last, by: 2) })
    }
  }

  func testADiamondWaitsForBoth() throws {
    let last: UInt64 = 2
    try exploreQueue(
      "Turbine of 1, diamond", words: words,
      setUp: {
        var plan = TurbinePlan()
        let (first, second) = (plan.consumer(), plan.consumer())
        let third = plan.consumer(after: first, second)
        return try Ring(QueueProperties(capacity: 1), plan, [first, second, third], keepsEnds: true)
      },
      threads: [
        { $0.push { $0.pushAll(1...last) } },
        { $0.seen[0] = $0.takeFirst { $0.read(Int(last), writing: 1000) } },
        { $0.seen[1] = $0.takeSecond { $0.read(Int(last), writing: 2000) } },
        { $0.seen[2] = $0.takeThird { $0.read(Int(last), reading: [1000, 2000]) } },
      ], check: { self.expect($0, 1...last, by: 3) })
  }

  func testAConsumerThatLeavesHoldsNobodyUp() throws {
    let last: UInt64 = isLong ? 2 : 1
    for isPipeline in [false, true] {
      try exploreQueue(
        "Turbine of 1, a consumer leaving\(isPipeline ? " a pipeline" : "")", words: words,
        setUp: {
          var plan = TurbinePlan()
          let first = plan.consumer()
          let second = isPipeline ? plan.consumer(after: first) : plan.consumer()
          return try Ring(QueueProperties(capacity: 1), plan, [first, second])
        },
        threads: [
          { (ring: Ring) in ring.push { $0.pushAll(1...last) } },
          { ring in
            ring.seen[0] = ring.takeFirst { consumer in
              var values: [UInt64] = []
              _ = consumer.read(upTo: 1) { message, _ in values.append(message.value) }
              return values
            }
          }, { $0.seen[1] = $0.takeSecond { $0.read() } },
        ],
        check: { ring in
          ModelThread.expect(ring.seen[1] == Array(1...last), "the one that stays: \(ring.seen[1])")
          ModelThread.expect(
            ring.seen[0] == [] || ring.seen[0] == [1], "the one that leaves: \(ring.seen[0])")
        })
    }
  }

  func testNoWakeUpIsLost() throws {
    let hook = WakeHook(context: 1) { ModelThread.wake(Int($0)) }
    try exploreQueue(
      "Turbine of 1, waking", words: words,
      setUp: {
        var plan = TurbinePlan()
        let only = plan.consumer(waiting: .wake(hook))
        return try Ring(QueueProperties(capacity: 1), plan, [only])
      },
      threads: [
        { $0.push { $0.pushAll(1...(isLong ? 2 : 1)) } },
        { ring in
          ring.seen[0] = ring.takeFirst { consumer in
            var values: [UInt64] = []
            while !consumer.hasEnded {
              if consumer.read(upTo: 2, { message, _ in values.append(message.value) }) == 0,
                !consumer.armWakeup()
              {
                ModelThread.park()
              }
            }
            return values
          }
        },
      ], check: { self.expect($0, 1...(isLong ? 2 : 1), by: 1) })
  }
}

extension Ring {
  fileprivate func takeFirst(_ body: (inout Consumer) -> [UInt64]) -> [UInt64] {
    var consumer = first.take()!
    let values = body(&consumer)
    if keepsEnds { first = consume consumer }
    return values
  }

  fileprivate func takeSecond(_ body: (inout Consumer) -> [UInt64]) -> [UInt64] {
    var consumer = second.take()!
    let values = body(&consumer)
    if keepsEnds { second = consume consumer }
    return values
  }

  fileprivate func takeThird(_ body: (inout Consumer) -> [UInt64]) -> [UInt64] {
    var consumer = third.take()!
    let values = body(&consumer)
    if keepsEnds { third = consume consumer }
    return values
  }
}
