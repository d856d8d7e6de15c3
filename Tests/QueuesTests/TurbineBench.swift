import Buffers
import Queues
import Streams
import TestSupport
import Timing

/// A message that shows when it is torn.
struct Entry: Equatable {
  var number: Int
  var twin: Int

  init(_ number: Int) {
    self.number = number
    twin = ~number
  }

  var isWhole: Bool { twin == ~number }
}

extension TurbineProducer where Message == Entry, Word == HardwareWord {
  mutating func write(_ number: Int, at index: Int) {
    self[index].number = number
    self[index].twin = ~self[index].number
  }

  /// What can be asked, in a form that an optional in a class allows.
  mutating func state() -> (count: Int, hasConsumers: Bool) { (count, hasConsumers) }
}

extension TurbineSubProducer where Message == Entry, Word == HardwareWord {
  mutating func write(_ number: Int, at index: Int) {
    self[index].number = number
    self[index].twin = ~self[index].number
  }

  mutating func state() -> (count: Int, hasConsumers: Bool) { (count, hasConsumers) }
}

/// A producer of one kind or the other, that can be kept in an array and dropped, with its open claim.
final class ProducerBox {
  private var single: TurbineProducer<Entry, HardwareWord>?
  private var shared: TurbineSubProducer<Entry, HardwareWord>?
  var claim: Range<Int>?
  private(set) var isThere = true

  init(_ end: consuming TurbineProducer<Entry, HardwareWord>) { single = consume end }
  init(_ end: consuming TurbineSubProducer<Entry, HardwareWord>) { shared = consume end }

  func drop() {
    single = nil
    shared = nil
    isThere = false
  }

  func state() -> (count: Int, hasConsumers: Bool) { single?.state() ?? shared!.state() }
  func claim(_ count: Int) throws(ClaimError) -> Bool {
    if single != nil { return try single!.claim(count) }
    return try shared!.claim(count)
  }
  func publish() throws(ClaimError) {
    if single != nil { try single!.publish() } else { try shared!.publish() }
  }
  func push(_ message: Entry) -> Entry? {
    if single != nil { return single!.push(message) }
    return shared!.push(message)
  }
  func push(upTo count: Int, _ make: (_ index: Int) -> Entry) -> Int {
    if single != nil { return single!.push(upTo: count, make) }
    return shared!.push(upTo: count, make)
  }
  func write(_ number: Int, at index: Int) {
    if single != nil { single!.write(number, at: index) } else { shared!.write(number, at: index) }
  }
}

/// A consumer that can be kept in an array, and dropped.
final class ConsumerBox {
  var end: TurbineConsumer<Entry, HardwareWord>?

  init(_ end: consuming TurbineConsumer<Entry, HardwareWord>?) { self.end = consume end }
}

/// The plan of a graph: of each consumer, up to four earlier ones.
func makePlan(_ graph: [[Int]], waiting: WaitStrategy? = nil) -> (plan: TurbinePlan, stages: [TurbineStage]) {
  var plan = TurbinePlan()
  var stages: [TurbineStage] = []
  for names in graph {
    let ahead = names.map { stages[$0] } + Array(repeating: nil, count: 4 - names.count)
    if let first = ahead[0] {
      stages.append(plan.consumer(after: first, ahead[1], ahead[2], ahead[3], waiting: waiting))
    } else {
      stages.append(plan.consumer(waiting: waiting))
    }
  }
  return (plan, stages)
}

/// Does random things to a turbine on one thread and tells a ledger, which says what must come of each.
struct TurbineBench {
  let producers: [ProducerBox]
  let consumers: [ConsumerBox]
  var ledger: TurbineLedger
  /// Whether the ring has many producers: then an open claim that is dropped leaves places behind.
  let isShared: Bool
  var complaints: Set<String> = []
  private var nextNumber = 0

  init(_ producers: [ProducerBox], _ consumers: [ConsumerBox], _ ledger: TurbineLedger, isShared: Bool) {
    self.producers = producers
    self.consumers = consumers
    self.ledger = ledger
    self.isShared = isShared
  }

  private mutating func complain(unless condition: Bool, _ text: String) {
    if !condition { complaints.insert(text) }
  }

  private mutating func numbers(_ count: Int) -> [Int] {
    defer { nextNumber += count }
    return Array(nextNumber..<nextNumber + count)
  }

  /// One random step; departures only when `departures`.
  mutating func step(_ random: inout SeededRandom, departures: Bool) throws(ClaimError) {
    let producer = producers.randomElement(using: &random)!
    let consumer = Int.random(in: consumers.indices, using: &random)
    let count = Int.random(in: 1...max(1, min(ledger.capacity, 9)), using: &random)
    switch Int.random(in: 0..<(departures ? 200 : 196), using: &random) {
    case 0..<30: try claimOrPublish(producer, count, &random)
    case 30..<60: push(producer)
    case 60..<80: push(producer, upTo: count)
    case 80..<140: read(consumer, upTo: count)
    case 140..<180: poll(consumer)
    case 180..<196: look(consumer, producer)
    case 196..<198: drop(consumer)
    default: if Bool.random(using: &random) { drop(producer) }
    }
  }

  private mutating func claimOrPublish(
    _ producer: ProducerBox, _ count: Int, _ random: inout SeededRandom
  ) throws(ClaimError) {
    guard producer.isThere else { return }
    if let claim = producer.claim {
      let values = numbers(claim.count)
      for index in values.indices.shuffled(using: &random) { producer.write(values[index], at: index) }
      try producer.publish()
      ledger.publish(claim, values)
      producer.claim = nil
    } else {
      let least = ledger.room(eager: false)
      let isClaimed = try producer.claim(count)
      if let least, !isClaimed { complain(unless: count > least, "no claim, but there was room") }
      if isClaimed { producer.claim = ledger.claim(count) }
    }
  }

  private mutating func push(_ producer: ProducerBox) {
    guard producer.isThere else { return }
    let value = numbers(1)
    let least = ledger.room(eager: false)
    let refused = producer.push(Entry(value[0]))
    if producer.claim != nil {
      complain(unless: refused == Entry(value[0]), "a push into an open claim")
    } else if refused == nil {
      ledger.publish(ledger.claim(1), value)
    } else {
      complain(unless: refused == Entry(value[0]), "another message came back")
      if let least { complain(unless: least < 1, "no push, but there was room") }
    }
  }

  private mutating func push(_ producer: ProducerBox, upTo count: Int) {
    guard producer.isThere else { return }
    let values = numbers(count)
    let least = ledger.room(eager: false)
    let accepted = producer.push(upTo: count) { Entry(values[$0]) }
    if producer.claim != nil { return complain(unless: accepted == 0, "a batch into an open claim") }
    if let least { complain(unless: accepted >= min(count, least), "a batch smaller than the room") }
    if accepted > 0 { ledger.publish(ledger.claim(accepted), Array(values.prefix(accepted))) }
  }

  private mutating func read(_ consumer: Int, upTo count: Int) {
    guard consumers[consumer].end != nil else { return }
    var values: [Entry] = []
    var ends: [Bool] = []
    let most = ledger.readable(consumer)
    let taken = consumers[consumer].end!.read(upTo: count) { message, isLast in
      values.append(message)
      ends.append(isLast)
    }
    // What is cached may be less than there is, but never nothing.
    complain(unless: taken <= min(count, most) && (taken > 0 || most == 0), "a batch of another size")
    complain(unless: values.count == taken, "not as many messages as it said")
    complain(
      unless: ends == values.indices.map { $0 == taken - 1 }, "the end of a batch is told once, at its end")
    for value in values { note(consumer, value) }
  }

  private mutating func poll(_ consumer: Int) {
    guard consumers[consumer].end != nil else { return }
    let most = ledger.readable(consumer)
    switch consumers[consumer].end!.poll(at: .zero) {
    case .ready(let value): note(consumer, value)
    case .pending: complain(unless: most == 0, "pending, but there was a message")
    case .ended:
      complain(unless: producers.allSatisfy { !$0.isThere }, "ended, but there was a producer")
      complain(unless: ledger.hasReadAll(consumer), "ended, but there was a message")
    }
  }

  private mutating func note(_ consumer: Int, _ value: Entry) {
    complain(unless: value.isWhole, "a torn message")
    ledger.read(consumer, value.number)
  }

  private mutating func look(_ consumer: Int, _ producer: ProducerBox) {
    if consumers[consumer].end != nil {
      complain(
        unless: consumers[consumer].end!.available == ledger.readable(consumer), "another number available")
    }
    guard producer.isThere else { return }
    let state = producer.state()
    complain(unless: state.hasConsumers == consumers.contains { $0.end != nil }, "consumers left")
    if !ledger.hasAbandonedPlaces, producers.allSatisfy({ $0.claim == nil }) {
      complain(unless: state.count == ledger.count, "another count")
    }
  }

  mutating func drop(_ consumer: Int) {
    guard consumers[consumer].end != nil else { return }
    consumers[consumer].end = nil
    ledger.depart(consumer)
  }

  mutating func drop(_ producer: ProducerBox) {
    guard producer.isThere else { return }
    producer.drop()
    guard let claim = producer.claim else { return }
    if isShared { ledger.abandon(claim) } else { ledger.forget(claim) }
    producer.claim = nil
  }

  /// Drops the producers and reads all there is: then every consumer left must say that it has ended, and is dropped.
  mutating func finish() {
    for producer in producers { drop(producer) }
    // Each round, one more stage sees what was abandoned passed over.
    for _ in 0..<ledger.placeCount + consumers.count {
      for consumer in consumers.indices { read(consumer, upTo: 64) }
    }
    for consumer in consumers.indices where consumers[consumer].end != nil {
      if case .ended = consumers[consumer].end!.poll(at: .zero) {} else { complaints.insert("no end") }
      complain(unless: ledger.hasReadAll(consumer), "did not read all")
    }
    complaints.formUnion(ledger.complaints)
    for consumer in consumers { consumer.end = nil }
  }
}
