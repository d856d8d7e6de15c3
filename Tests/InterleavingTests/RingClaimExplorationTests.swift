import InterleavingSupport
import Queues
import XCTest

/// Claims, on a ring with a hook and watermarks whose consumer sleeps.
struct ClaimSuite<Ring: RingWriting<Tracked> & RingReading<Tracked>> {
  let suite: LinkSuite<Ring>

  private func watched(_ capacity: Int) -> QueueProperties {
    let hook = WakeHook(context: 1) { ModelThread.wake(Int($0)) }
    return QueueProperties(
      capacity: capacity, watermarks: Watermarks(low: 0, high: capacity), waiting: .wake(hook),
      firstSequence: .max)
  }

  /// With `stays` the producer does not leave, so that only its messages wake the consumer, who takes that many.
  private func explore(
    _ what: String, _ properties: QueueProperties, stays count: Int? = nil,
    producer: @escaping (inout RingProducer<Ring>) -> [UInt64], line: UInt = #line
  ) throws {
    let sleeps = properties.watermarks != nil
    try exploreQueue(
      "\(suite.name) of \(properties.capacity), \(what)", words: suite.words,
      setUp: { try Link<Ring> { try suite.make(properties, &$0) } },
      threads: [
        { (link: Link<Ring>) in link.push(stays: count != nil) { link.accepted = producer(&$0) } },
        { link in
          link.take { link.taken = sleeps ? $0.pollAsleep(count ?? .max) : $0.pollAll(count ?? .max) }
        },
      ],
      check: { link in
        link.dropProducer()
        ModelThread.expect(link.taken == link.accepted, "taken: \(link.taken) of \(link.accepted)")
      }, line: line)
  }

  func pushesWake() throws {
    for capacity in [1, 2] {
      try explore("a push", watched(capacity), stays: 1) { $0.pushSome(1...1) }
      try explore("a batch", watched(capacity), stays: 1) {
        $0.push(upTo: 1) { _ in Tracked(1) } == 1 ? [1] : []
      }
    }
    try explore("two pushes", watched(2), stays: 2) { $0.pushSome(1...2) }
  }

  /// A push that is refused meanwhile must not lose the wake-up of what is published behind it.
  func aPushIntoAClaimIsRefusedAndWakesNobody() throws {
    try explore("a push into a claim", watched(2), stays: 2) { producer in
      guard (try? producer.claim(2)) == true else { return [] }
      producer.write(Tracked(1))
      ModelThread.expect(producer.push(Tracked(9)) != nil, "a push went past a claim")
      producer.write(Tracked(2))
      try? producer.publish()
      return [1, 2]
    }
  }

  func aClaimAndAPush() throws {
    try explore("a claim and a push", watched(1), stays: 2) { producer in
      guard (try? producer.claim(1)) == true else { return [] }
      producer.write(Tracked(1))
      try? producer.publish()
      producer.pushAll(2...2)
      return [1, 2]
    }
  }

  func whatIsClaimedAndNotWrittenIsGivenUp() throws {
    try explore("given up", watched(2), stays: 2) { producer in
      guard (try? producer.claim(2)) == true else { return [] }
      producer.write(Tracked(1))
      try? producer.publish()
      guard (try? producer.claim(1)) == true else { return [1] }
      try? producer.publish()
      return [1] + producer.pushSome(2...2)
    }
  }

  func whatIsWrittenAndNotPublishedEndsWithItsProducer() throws {
    try explore("dropped with its producer", watched(2)) { producer in
      let accepted = producer.pushSome(1...1)
      guard (try? producer.claim(1)) == true else { return accepted }
      producer.write(Tracked(2))
      return accepted
    }
  }

  /// Claims and pushes that wait for room, where nothing is watched.
  func claimsWaitForRoom() throws {
    for capacity in [1, 2] {
      try explore("claims wait", QueueProperties(capacity: capacity, firstSequence: .max)) { producer in
        producer.pushAll(1...1)
        while (try? producer.claim(capacity)) != true { ModelThread.pause() }
        for index in 0..<UInt64(capacity) { producer.write(Tracked(2 + index)) }
        ModelThread.expect(producer.push(Tracked(9)) != nil, "a push went past a claim")
        try? producer.publish()
        let last = 2 + UInt64(capacity)
        producer.pushAll(last...last)
        return Array(1...last)
      }
    }
  }
}

final class RingClaimExplorationTests: XCTestCase {
  private let vec = ClaimSuite(
    suite: LinkSuite<VecRing<Tracked, ModelWord>>(
      name: "VecLink", words: ["sleeping", "published", "consumed", "departed"]
    ) { try VecLink($0, in: &$1).link() })
  private let latency = ClaimSuite(
    suite: LinkSuite<LatencyRing<Tracked, ModelWord>>(name: "LatencyLink", words: []) {
      try LatencyLink($0, in: &$1).link()
    })

  func testPushesWake() throws {
    try vec.pushesWake()
    try latency.pushesWake()
  }

  func testAPushIntoAClaimIsRefusedAndWakesNobody() throws {
    try vec.aPushIntoAClaimIsRefusedAndWakesNobody()
    try latency.aPushIntoAClaimIsRefusedAndWakesNobody()
  }

  func testAClaimAndAPush() throws {
    try vec.aClaimAndAPush()
    try latency.aClaimAndAPush()
  }

  func testWhatIsClaimedAndNotWrittenIsGivenUp() throws {
    try vec.whatIsClaimedAndNotWrittenIsGivenUp()
    try latency.whatIsClaimedAndNotWrittenIsGivenUp()
  }

  func testWhatIsWrittenAndNotPublishedEndsWithItsProducer() throws {
    try vec.whatIsWrittenAndNotPublishedEndsWithItsProducer()
    try latency.whatIsWrittenAndNotPublishedEndsWithItsProducer()
  }

  func testClaimsWaitForRoom() throws {
    try vec.claimsWaitForRoom()
    try latency.claimsWaitForRoom()
  }
}
