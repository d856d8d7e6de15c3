import Buffers
import Orders
import Reactors
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

/// Order processes as actors: what they do together is what one does alone.
final class OrderActorTests: XCTestCase {
  private let limits = OrderLimits(orders: 4096, symbols: 64, clients: 8)
  private let bucketCount = 4

  /// Actors of one bucket each, and what they said.
  private struct Buckets: ~Copyable {
    var store: ActorStore<BucketProcess, RoundRobin>
    var actors: [ActorID] = []
    var replies: [[Reply]]
    var random: SeededRandom

    init(count: Int, limits: OrderLimits, _ random: SeededRandom, in arena: inout Arena) throws(ArenaError) {
      store = try ActorStore(limits: ActorLimits(actors: count, mailboxCapacity: 5), in: &arena)
      replies = Array(repeating: [], count: count)
      self.random = random
      for _ in 0..<count {
        if let actor = store.start(BucketProcess(limits: limits), onFailure: .resume).id() {
          actors.append(actor)
        }
      }
    }

    /// Sends now and works later, a few messages now and then, or when the mailbox is full.
    mutating func send(_ message: BucketProcess.Message, to bucket: Int) {
      var message = message
      while case .full(let returned) = store.send(message, to: actors[bucket], at: .zero) {
        message = returned
        work(1)
      }
      if Int.random(in: 0..<8, using: &random) == 0 { work(Int.random(in: 1...12, using: &random)) }
    }

    mutating func work(_ budget: Int) {
      let actors = actors
      var said: [(bucket: Int, replies: [Reply])] = []
      _ = store.step(budget: budget, at: .zero) { actor, process, _ in
        said.append((actors.firstIndex(of: actor)!, process.takeReplies()))
      }
      for (bucket, new) in said { replies[bucket] += new }
    }
  }

  /// Sends a flow to one engine and to the engines of the buckets; gives the first bucket whose replies differ.
  ///
  /// - Parameter misroutes: whether every hundredth message goes to the bucket beside its own.
  private func differingBucket(misroutes: Bool = false) throws -> (bucket: Int?, seed: UInt64) {
    let memory = TestArena(byteCount: 1 << 20)
    var flow = RandomFlow()
    flow.symbols = 12
    var buckets = try Buckets(count: bucketCount, limits: limits, flow.random, in: &memory.arena)
    var router = BucketRouter(bucketCount: bucketCount)
    var single = BucketProcess(limits: limits)
    var expected: [[Reply]] = Array(repeating: [], count: bucketCount)
    for number in 0..<8_000 {
      let (client, message) = flow.next()
      guard let bucket = router.bucket(of: message, client: client) else { continue }
      let letter = BucketProcess.Message(client: client, bytes: message.bytes, time: UInt64(number))
      _ = single.send(letter)
      expected[bucket] += single.takeReplies()
      buckets.send(letter, to: misroutes && number % 100 == 0 ? (bucket + 1) % bucketCount : bucket)
    }
    buckets.work(.max)
    XCTAssertGreaterThan(buckets.store.counters.refusedFull, 10, "full mailboxes were met")
    let live = buckets.actors.reduce(0) { $0 + (buckets.store.state(of: $1)?.liveOrders ?? 0) }
    for bucket in 0..<bucketCount {
      XCTAssertGreaterThan(expected[bucket].count, 500, "a bucket with next to no symbols")
      if buckets.replies[bucket] != expected[bucket] { return (bucket, flow.random.seed) }
    }
    XCTAssertEqual(live, single.state.liveOrders, "seed \(flow.random.seed)")
    return (nil, flow.random.seed)
  }

  func testAnEngineForEachBucketOfSymbolsSaysWhatOneEngineSays() throws {
    let result = try differingBucket()
    XCTAssertNil(result.bucket, "seed \(result.seed)")
  }

  /// The control: a message that goes to another bucket is seen.
  func testAMisroutedMessageIsNoticed() throws {
    let result = try differingBucket(misroutes: true)
    XCTAssertNotNil(result.bucket, "seed \(result.seed)")
  }

  func testAMalformedMessageIsAnsweredAndTheBucketGoesOn() throws {
    let memory = TestArena(byteCount: 1 << 20)
    var store = try ActorStore<BucketProcess, RoundRobin>(limits: ActorLimits(actors: 1), in: &memory.arena)
    let bucket = try XCTUnwrap(store.start(BucketProcess(limits: limits), onFailure: .resume).id())
    for bytes in [[0x3F], encoded(enter(1, .buy, 5, at: 10))] {
      let message = BucketProcess.Message(client: 0, bytes: bytes, time: 1)
      XCTAssertTrue(store.send(message, to: bucket, at: .zero).isDelivered)
    }
    var results: [Result<BucketProcess.State, BucketProcess.Failure>] = []
    _ = store.step(budget: 8, at: .zero) { results.append($2) }
    let accepted = BucketProcess.State(outcome: .applied(.accepted), liveOrders: 1)
    XCTAssertEqual(results, [.failure(.malformed(.unknownType)), .success(accepted)])
  }

  /// An engine that cannot go on is stopped, and rebuilt elsewhere from its journal, which goes before its mail.
  func testABucketIsRebuiltFromItsJournal() throws {
    let memory = TestArena(byteCount: 1 << 20)
    var flow = RandomFlow()
    var store = try ActorStore<BucketProcess, RoundRobin>(
      limits: ActorLimits(actors: 2, mailboxCapacity: 512), in: &memory.arena)
    let first = try XCTUnwrap(store.start(BucketProcess(limits: limits), onFailure: .escalate).id())
    var flowing: [BucketProcess.Message] = []
    for number in 0..<400 {
      let (client, message) = flow.next()
      flowing.append(BucketProcess.Message(client: client, bytes: message.bytes, time: UInt64(number)))
    }
    flowing.insert(BucketProcess.Message(client: 0, bytes: [0x3F], time: 250), at: 250)
    for message in flowing { XCTAssertTrue(store.send(message, to: first, at: .zero).isDelivered) }
    guard case .escalated(let escalation) = store.step(budget: .max, at: .zero, handled: { _, _, _ in })
    else {
      return XCTFail("a malformed message escalates here")
    }
    XCTAssertThrowsError(try store.restart(escalation.actor, at: .zero))
    var mail: [BucketProcess.Message] = []
    store.stop(escalation.actor) { message in mail.append(message) }
    XCTAssertEqual(mail.count, 150)
    var rebuilt = BucketProcess(limits: limits)
    for message in flowing[..<250] { _ = rebuilt.send(message) }
    let started = store.start(rebuilt, onFailure: .escalate).id()
    let second = try XCTUnwrap(started)
    for message in mail { XCTAssertTrue(store.send(message, to: second, at: .zero).isDelivered) }
    var digest: UInt64 = 0
    _ = store.step(budget: .max, at: .zero) { _, process, _ in digest = process.engine.stateDigest }
    var whole = BucketProcess(limits: limits)
    for message in flowing { _ = whole.send(message) }
    XCTAssertEqual(digest, whole.engine.stateDigest, "seed \(flow.random.seed)")
    XCTAssertNotEqual(digest, 0)
  }

  /// Orders themselves as actors, under every discipline: each is where it would be alone.
  func testOrdersAsActorsAreWhereTheyWouldBeAlone() throws {
    try compareOrders(RoundRobin.self)
    try compareOrders(PriorityLevels.self)
    try compareOrders(DeadlineTree.self)
    try compareOrders(WeightedFair.self)
  }

  private func compareOrders<Mail: TaskDiscipline & ~Copyable>(_ discipline: Mail.Type) throws {
    let memory = TestArena(byteCount: 1 << 18)
    var random = SeededRandom()
    let limits = ActorLimits(actors: 16, mailboxCapacity: 4)
    var store = try ActorStore<OrderProcess, Mail>(limits: limits, in: &memory.arena)
    var alone = Array(repeating: OrderProcess(), count: limits.actors)
    var failures = 0
    let actors = try alone.map { _ in try XCTUnwrap(store.start(OrderProcess(), onFailure: .resume).id()) }
    for _ in 0..<4_000 {
      let order = Int.random(in: 0..<alone.count, using: &random)
      let message = orderMessage(&random)
      while !store.send(message, to: actors[order], at: .zero).isDelivered {
        _ = store.step(budget: 3, at: .zero) { _, _, _ in }
      }
      if case .failure = alone[order].send(message) { failures += 1 }
    }
    _ = store.step(budget: .max, at: .zero) { _, _, _ in }
    XCTAssertEqual(actors.map { store.state(of: $0) }, alone.map(\.state), "SEED=\(random.seed)")
    XCTAssertEqual(Int(store.counters.failures), failures, "SEED=\(random.seed)")
    XCTAssertGreaterThan(failures, 100)
    XCTAssertLessThan(failures, 3_900)
  }

  private func orderMessage(_ random: inout SeededRandom) -> OrderProtocol {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: .request(id: 1, price: Price(5), size: .random(in: 1...500, using: &random), side: .buy)
    case 1, 2: .ack
    case 3: .execute(size: .random(in: 1...4, using: &random))
    case 4: .replace(id: 2, price: Price(7), size: .random(in: 1...500, using: &random))
    default: .reject
    }
  }
}
