import Queues
import Streams
import TestSupport
import Timing

/// What a bench heard from a consumer.
enum Heard: Equatable {
  case message(UInt64)
  case pending
  case ended
}

/// A queue with all its ends, as the suite drives it: messages are their numbers.
protocol RingBench: AnyObject {
  var producerCount: Int { get }
  var consumerCount: Int { get }
  /// False when the message came back; it must be the same then.
  func push(_ id: UInt64, by producer: Int) -> Bool
  /// Pushes numbers from `first` on together; how many went in.
  func push(_ count: Int, from first: UInt64, by producer: Int) -> Int
  func poll(by consumer: Int) -> Heard
  func drain(upTo limit: Int, by consumer: Int) -> [UInt64]
  func lostCount(of consumer: Int) -> UInt64
  func dropProducer(_ index: Int)
  func dropConsumer(_ index: Int)
  /// Messages that are somewhere still.
  var balance: Int { get }

  func droppedCount(of producer: Int) -> UInt64
  func pressureChange(of producer: Int) -> Pressure?
  func armWakeup(of consumer: Int) -> Bool
}

extension RingBench {
  func droppedCount(of producer: Int) -> UInt64 { 0 }
  func pressureChange(of producer: Int) -> Pressure? { nil }
  func armWakeup(of consumer: Int) -> Bool { false }
}

/// Producers that push several at once, and tell of pressure.
protocol BatchProducer: Producer, ~Copyable {
  mutating func push(upTo count: Int, _ make: (_ index: Int) -> Message) -> Int
  mutating func pressureChange() -> Pressure?
}
extension RingProducer: BatchProducer {}
extension OverwritingProducer: BatchProducer where Word: ~Copyable {
  mutating func push(upTo count: Int, _ make: (_ index: Int) -> Message) -> Int {
    for index in 0..<count { _ = push(make(index)) }
    return count
  }
  mutating func pressureChange() -> Pressure? { nil }
}

/// Consumers that take several at once, may lose some, and may sleep.
protocol BatchConsumer: Consumer, ~Copyable {
  mutating func drain(upTo limit: Int, _ receive: (consuming Message) -> Void) -> Int
  mutating func takeLostCount() -> UInt64
  mutating func armWakeup() -> Bool
}
extension BatchConsumer where Self: ~Copyable {
  mutating func takeLostCount() -> UInt64 { 0 }
}
extension RingConsumer: BatchConsumer {}
extension VecSubConsumer: BatchConsumer where Message: ~Copyable, Word: ~Copyable {}
extension VecShareConsumer: BatchConsumer where Message: ~Copyable, Word: ~Copyable {}
extension OverwritingConsumer: BatchConsumer where Word: ~Copyable {}

/// A place for an end that may be dropped.
final class EndBox<End: ~Copyable>: @unchecked Sendable {
  var end: End?
  var polls = 0
  init(_ end: consuming End) { self.end = consume end }
  func with<Result>(_ body: (inout End) -> Result) -> Result { body(&end!) }
}

/// A bench around real ends.
final class EndsBench<P: BatchProducer & ~Copyable, C: BatchConsumer & ~Copyable>: RingBench
where P.Message == C.Message, P.Message: RingMessage {
  private let producers: [EndBox<P>]
  private let consumers: [EndBox<C>]
  private let ledger = Ledger()
  private let memory: TestArena

  /// Ends carved from `memory`, which lives as long as they do.
  init(_ producers: [EndBox<P>], _ consumers: [EndBox<C>], _ memory: TestArena) {
    self.producers = producers
    self.consumers = consumers
    self.memory = memory
  }

  deinit {
    for box in producers { box.end = nil }
    for box in consumers { box.end = nil }
  }

  var producerCount: Int { producers.count }
  var consumerCount: Int { consumers.count }
  var balance: Int { ledger.balance }

  func push(_ id: UInt64, by producer: Int) -> Bool {
    guard let returned = producers[producer].end?.push(P.Message(id, ledger)) else { return true }
    precondition(returned.id == id, "another message came back")
    return false
  }

  func push(_ count: Int, from first: UInt64, by producer: Int) -> Int {
    producers[producer].end!.push(upTo: count) { P.Message(first + UInt64($0), ledger) }
  }

  func poll(by consumer: Int) -> Heard {
    // Both ways to take a message are the same.
    consumers[consumer].polls += 1
    if consumers[consumer].polls.isMultiple(of: 3), let message = consumers[consumer].end!.select(1) {
      return .message(message.id)
    }
    switch consumers[consumer].end!.poll(at: .zero) {
    case .ready(let message): return .message(message.id)
    case .pending: return .pending
    case .ended: return .ended
    }
  }

  func drain(upTo limit: Int, by consumer: Int) -> [UInt64] {
    var ids: [UInt64] = []
    let count = consumers[consumer].end!.drain(upTo: limit) { ids.append($0.id) }
    precondition(count == ids.count, "a drain that cannot count")
    return ids
  }

  func lostCount(of consumer: Int) -> UInt64 { consumers[consumer].end!.takeLostCount() }
  func droppedCount(of producer: Int) -> UInt64 { producers[producer].with { $0.droppedCount } }
  func pressureChange(of producer: Int) -> Pressure? { producers[producer].end!.pressureChange() }
  func armWakeup(of consumer: Int) -> Bool { consumers[consumer].end!.armWakeup() }
  func dropProducer(_ index: Int) { producers[index].end = nil }
  func dropConsumer(_ index: Int) { consumers[index].end = nil }
}
