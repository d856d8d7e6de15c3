import Queues
import Reactors
import Streams
import Synchronization
import TestSupport
import Timing

/// An order on its way: to the core of its key, back, to the journal's core, and back.
struct WalkingOrder: BitwiseCopyable, Sendable, Equatable {
  static let keyCount = 16

  var key: Int
  /// Counted by key, from 0.
  var number: Int
  /// What the order core made of it: how many it has had of the key.
  var result = 0
  /// Its place in the journal.
  var place = 0
}

typealias WalkLink = VecLink<WalkingOrder, HardwareWord>
typealias WalkProducer = VecLinkProducer<WalkingOrder, HardwareWord>
typealias WalkConsumer = VecLinkConsumer<WalkingOrder, HardwareWord>

/// What has come of a walk.
final class WalkLog: Sendable {
  let answered = Atomic<Int>(0)
  let wrong = Atomic<Int>(0)
  /// How often a link had no room.
  let refused = Atomic<Int>(0)
  /// How often a task had nothing to do and slept.
  let slept = Atomic<Int>(0)
  /// Whether all is answered, or the time is over.
  let isOver = Atomic<Bool>(false)

  func note(_ counter: borrowing Atomic<Int>) { counter.add(1, ordering: .relaxed) }
}

/// The producing end of a small link, and what found no room in it.
struct HoldingProducer: Sendable, ~Copyable {
  private var end: WalkProducer
  private var held: WalkingOrder?

  init(_ end: consuming WalkProducer) { self.end = end }

  /// Whether it can take one more.
  var isFree: Bool { held == nil }

  /// Sends an order, or keeps it; it must be free.
  mutating func send(_ order: WalkingOrder, _ log: WalkLog) {
    held = end.push(order)
    if held != nil { log.note(log.refused) }
  }

  /// Tries again what it holds.
  mutating func retry(_ log: WalkLog) {
    if let order = held.take() { send(order, log) }
  }
}

// MARK: - The cores' tasks

/// An order core: it counts the orders of each key, and answers.
struct OrderWalkTask: Schedulable, Sendable, ~Copyable {
  static var functions: TaskFunctions<OrderWalkTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  private var orders: WalkConsumer
  private var answers: HoldingProducer
  private var counts = InlineArray<16, Int>(repeating: 0)
  private let log: WalkLog

  init(_ orders: consuming WalkConsumer, _ answers: consuming WalkProducer, _ log: WalkLog) {
    self.orders = orders
    self.answers = HoldingProducer(answers)
    self.log = log
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    answers.retry(log)
    while answers.isFree {
      switch orders.poll(at: context.now) {
      case .ready(let order): answer(order)
      case .ended: return .finished
      case .pending:
        if orders.armWakeup() { continue }
        log.note(log.slept)
        return .waiting
      }
    }
    // Nobody says when there is room again.
    context.deadline = context.now + .microseconds(20)
    return .waiting
  }

  private mutating func answer(_ order: WalkingOrder) {
    var order = order
    if order.number != counts[order.key] { log.note(log.wrong) }
    counts[order.key] += 1
    order.result = counts[order.key]
    answers.send(order, log)
  }
}

/// The journal's core: it counts the entries, and gives each back.
struct JournalWalkTask: Schedulable, Sendable, ~Copyable {
  static var functions: TaskFunctions<JournalWalkTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  private var entries: WalkConsumer
  private var written: HoldingProducer
  private var count = 0
  private let log: WalkLog

  init(_ entries: consuming WalkConsumer, _ written: consuming WalkProducer, _ log: WalkLog) {
    self.entries = entries
    self.written = HoldingProducer(written)
    self.log = log
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    written.retry(log)
    while written.isFree {
      switch entries.poll(at: context.now) {
      case .ready(var entry):
        entry.place = count
        count += 1
        written.send(entry, log)
      case .ended: return .finished
      case .pending:
        if entries.armWakeup() { continue }
        log.note(log.slept)
        return .waiting
      }
    }
    context.deadline = context.now + .microseconds(20)
    return .waiting
  }
}
