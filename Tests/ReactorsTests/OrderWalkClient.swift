import Queues
import Reactors
import Streams
import Synchronization
import TestSupport
import Timing

/// The I/O core: clients that send orders, merge the order cores' answers into the journal, and check what is durable.
struct ClientWalkTask: Schedulable, ~Copyable {
  static var functions: TaskFunctions<ClientWalkTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  /// An order core as this one sees it.
  struct Place: ~Copyable {
    var orders: HoldingProducer
    var answers: WalkConsumer
  }

  /// Orders that are on their way at most.
  private static let window = 48

  private var first: Place
  private var second: Place?
  private var journal: HoldingProducer
  private var written: WalkConsumer
  private let orderCount: Int
  private var sentCount = 0
  private var answeredCount = 0
  private var nextNumber = InlineArray<16, Int>(repeating: 0)
  private var nextAnswer = InlineArray<16, Int>(repeating: 0)
  private var random: SeededRandom
  private let log: WalkLog

  init(
    _ first: consuming Place, _ second: consuming Place?, _ journal: consuming WalkProducer,
    _ written: consuming WalkConsumer, orderCount: Int, _ random: SeededRandom, _ log: WalkLog
  ) {
    self.first = first
    self.second = second
    self.journal = HoldingProducer(journal)
    self.written = written
    self.orderCount = orderCount
    self.random = random
    self.log = log
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    while case .ready(let entry) = written.poll(at: context.now) { check(entry) }
    merge(context.now)
    send()
    guard answeredCount < orderCount else {
      log.isOver.store(true, ordering: .relaxed)
      return .finished
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      // Whatever comes meanwhile waits: then the links are full.
      context.deadline = context.now + .microseconds(UInt64.random(in: 0..<30, using: &random))
      return .waiting
    }
    return armAll() ? .ready : .waiting
  }

  /// Asks all links for a wake-up; true when there is something already. An answer that cannot be merged waits for the
  /// journal, which then has something to give back.
  private mutating func armAll() -> Bool {
    if written.armWakeup() { return true }
    if journal.isFree {
      if first.answers.armWakeup() { return true }
      if second != nil, second!.answers.armWakeup() { return true }
    }
    log.note(log.slept)
    return false
  }

  private mutating func check(_ entry: WalkingOrder) {
    let isRight =
      entry.number == nextAnswer[entry.key] && entry.result == entry.number + 1
      && entry.place == answeredCount
    if !isRight { log.note(log.wrong) }
    nextAnswer[entry.key] = entry.number + 1
    answeredCount += 1
    log.note(log.answered)
  }

  /// Gives the journal what the order cores have answered, from one and the other in turn.
  private mutating func merge(_ now: Instant) {
    journal.retry(log)
    var isEmpty = false
    while journal.isFree && !isEmpty {
      isEmpty = true
      if case .ready(let answer) = first.answers.poll(at: now) {
        journal.send(answer, log)
        isEmpty = false
      }
      guard second != nil, journal.isFree else { continue }
      if case .ready(let answer) = second!.answers.poll(at: now) {
        journal.send(answer, log)
        isEmpty = false
      }
    }
  }

  /// Sends orders to the cores of their keys, until the window or a link is full.
  private mutating func send() {
    first.orders.retry(log)
    if second != nil { second!.orders.retry(log) }
    while sentCount < orderCount, sentCount - answeredCount < Self.window, first.orders.isFree,
      second == nil || second!.orders.isFree
    {
      let key = Int.random(in: 0..<WalkingOrder.keyCount, using: &random)
      let order = WalkingOrder(key: key, number: nextNumber[key])
      nextNumber[key] += 1
      sentCount += 1
      if second != nil, key % 2 == 1 {
        second!.orders.send(order, log)
      } else {
        first.orders.send(order, log)
      }
    }
  }
}

/// Ends a run that is not over in time.
struct WalkAlarm: Schedulable {
  static var functions: TaskFunctions<WalkAlarm> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  let end: Instant
  let log: WalkLog

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    context.deadline = end
    guard context.now >= end else { return .waiting }
    log.isOver.store(true, ordering: .relaxed)
    return .finished
  }
}
