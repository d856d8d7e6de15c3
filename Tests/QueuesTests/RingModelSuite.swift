import TestSupport

/// Drives a queue and a plain reference with the same random operations, and says where they differ.
struct RingModelSuite {
  let delivery: Delivery
  let capacity: Int
  let bench: any RingBench
  private var reference: RingReference
  private var random: SeededRandom
  private var next: UInt64 = 1
  private(set) var failure: String?

  init(_ delivery: Delivery, capacity: Int, _ bench: any RingBench, _ random: SeededRandom) {
    self.delivery = delivery
    self.capacity = capacity
    self.bench = bench
    self.random = random
    reference = RingReference(
      delivery, capacity: capacity, producers: bench.producerCount, consumers: bench.consumerCount)
  }

  /// Goes from empty to full and back again, at random, `rounds` times; then closes one end after the other.
  mutating func run(rounds: Int, steps: Int = 40) -> String? {
    for round in 0..<rounds where failure == nil {
      let isFilling = round.isMultiple(of: 2)
      for _ in 0..<steps where failure == nil { step(isFilling: isFilling) }
    }
    if failure == nil { close() }
    return failure
  }

  /// Fills the queue to the last place with one batch, finds it full, and empties it, twice.
  mutating func runFull() -> String? {
    for _ in 0..<2 {
      push(capacity, by: 0)
      push(by: 0)
      push(2, by: 0)
      for consumer in 0..<bench.consumerCount { drain(capacity + 1, by: consumer) }
      poll(by: 0)
    }
    if failure == nil { close() }
    return failure
  }

  private mutating func step(isFilling: Bool) {
    let size = Int.random(in: 1...max(1, capacity / 8) + 2, using: &random)
    let pushes = Int.random(in: 0..<10, using: &random) < (isFilling ? 7 : 3)
    switch (pushes, Bool.random(using: &random)) {
    case (true, true): push(by: Int.random(in: 0..<bench.producerCount, using: &random))
    case (true, false): push(size, by: Int.random(in: 0..<bench.producerCount, using: &random))
    case (false, true): poll(by: Int.random(in: 0..<bench.consumerCount, using: &random))
    case (false, false): drain(size, by: Int.random(in: 0..<bench.consumerCount, using: &random))
    }
  }

  private mutating func push(by producer: Int) {
    let room = reference.room(of: producer)
    let accepted = bench.push(next, by: producer)
    expect(accepted == (room > 0), "push with room for \(room): \(accepted)")
    if accepted { reference.push(next, by: producer) }
    next += 1
  }

  private mutating func push(_ count: Int, by producer: Int) {
    let room = reference.room(of: producer)
    let accepted = bench.push(count, from: next, by: producer)
    expect(accepted == min(room, count), "\(accepted) of \(count) pushed with room for \(room)")
    for index in 0..<accepted { reference.push(next + UInt64(index), by: producer) }
    next += UInt64(count)
  }

  private mutating func poll(by consumer: Int) {
    let count = reference.count(for: consumer)
    switch bench.poll(by: consumer) {
    case .message(let id):
      take(id, by: consumer)
      checkLost(of: consumer)
    case .pending: expect(count == 0, "nothing to take of \(count)")
    case .ended: expect(false, "ended with producers there")
    }
  }

  private mutating func drain(_ limit: Int, by consumer: Int) {
    let count = reference.count(for: consumer)
    let ids = bench.drain(upTo: limit, by: consumer)
    expect(ids.count == min(limit, count), "drained \(ids.count) of \(count), asked for \(limit)")
    for id in ids { take(id, by: consumer) }
    if !ids.isEmpty { checkLost(of: consumer) }
  }

  private mutating func take(_ id: UInt64, by consumer: Int) {
    let isNext = reference.take(id, by: consumer)
    expect(isNext, "message \(id) was not the next")
  }

  private mutating func checkLost(of consumer: Int) {
    let (lost, expected) = (bench.lostCount(of: consumer), reference.takeLostCount(of: consumer))
    expect(lost == expected, "lost \(lost), not \(expected)")
  }

  /// The producers go, the consumers take what is left until they learn of the end, and go too, or at random earlier.
  private mutating func close() {
    for index in 0..<bench.producerCount { bench.dropProducer(index) }
    for index in 0..<bench.consumerCount {
      let isLeft = Int.random(in: 0..<4, using: &random) == 0
      while failure == nil, !isLeft, hear(by: index) {}
      bench.dropConsumer(index)
    }
    let balance = bench.balance
    expect(balance == 0, "\(balance) messages are left")
  }

  /// Polls once behind the producers' leaving; false at the end.
  private mutating func hear(by consumer: Int) -> Bool {
    let count = reference.count(for: consumer)
    switch bench.poll(by: consumer) {
    case .message(let id):
      take(id, by: consumer)
      return true
    case .pending: expect(false, "pending without producers, \(count) left")
    case .ended: expect(count == 0, "ended with \(count) left")
    }
    return false
  }

  /// Goes on at random while ends are dropped at random, to the last one. What arrives must still be in order and not
  /// twice, and nothing may be left.
  mutating func runDropping() -> String? {
    var (producers, consumers) = (Array(0..<bench.producerCount), Array(0..<bench.consumerCount))
    var last: [UInt64: UInt64] = [:]
    while failure == nil, !producers.isEmpty || !consumers.isEmpty {
      switch Int.random(in: 0..<40, using: &random) {
      case 0: if let index = remove(from: &producers) { bench.dropProducer(index) }
      case 1: if let index = remove(from: &consumers) { bench.dropConsumer(index) }
      case 2..<21:
        guard let producer = producers.randomElement(using: &random) else { continue }
        // The number tells the producer, so that its order can be seen.
        next += 1
        _ = bench.push(next << 8 | UInt64(producer), by: producer)
      default:
        guard let consumer = consumers.randomElement(using: &random) else { continue }
        guard case .message(let id) = bench.poll(by: consumer) else { continue }
        let lane = delivery == .together || delivery == .fromEach ? id & 0xFF : UInt64(consumer)
        expect(id > last[lane, default: 0], "message \(id) out of order, or twice")
        last[lane] = id
      }
    }
    let balance = bench.balance
    expect(balance == 0, "\(balance) messages are left")
    return failure
  }

  private mutating func remove(from ends: inout [Int]) -> Int? {
    ends.indices.randomElement(using: &random).map { ends.remove(at: $0) }
  }

  private mutating func expect(_ isRight: Bool, _ message: @autoclosure () -> String) {
    guard !isRight, failure == nil else { return }
    failure = "\(message()); capacity \(capacity), SEED=\(random.seed)"
  }
}
