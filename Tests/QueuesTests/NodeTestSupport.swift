import Queues
import Streams
import Synchronization
import TestSupport
import Timing
import XCTest

extension XCTestCase {
  /// An arena that lives until the test is over: the ends of a queue touch its memory when they go, and they do not keep
  /// it alive, so an optimised test would free it before.
  func keptArena(byteCount: Int = 16 << 20) -> TestArena {
    let memory = TestArena(byteCount: byteCount)
    let kept = NodeHeld(memory)
    addTeardownBlock { kept.drop() }
    return memory
  }
}

/// Something noncopyable in a class, so that arrays and threads can hold it; whoever holds it must be alone with it.
final class NodeHeld<Value: ~Copyable>: @unchecked Sendable {
  var value: Value?
  init(_ value: consuming Value) { self.value = consume value }

  /// Takes the value out.
  func taken() -> Value { value.take()! }

  /// Drops the value.
  func drop() { value = nil }
}

/// Counts the tokens that are alive, on all threads.
final class NodeLedger: Sendable {
  let live = Atomic<Int>(0)
  var liveCount: Int { live.load(ordering: .sequentiallyConsistent) }

  /// Counts something else that happens.
  func note() { live.wrappingAdd(1, ordering: .sequentiallyConsistent) }
}

/// A hook that counts its calls in a ledger, which must outlive the queue.
func countingHook(_ calls: NodeLedger) -> WakeHook {
  unsafe WakeHook(context: UInt(bitPattern: Unmanaged.passUnretained(calls).toOpaque())) {
    // SAFETY: the caller keeps the ledger alive.
    let calls = unsafe Unmanaged<NodeLedger>.fromOpaque(UnsafeRawPointer(bitPattern: $0)!)
    unsafe calls.takeUnretainedValue().note()
  }
}

/// A message that must be neither lost nor doubled.
struct NodeToken: ~Copyable {
  let value: UInt64
  private let ledger: NodeLedger

  init(_ value: UInt64, _ ledger: NodeLedger) {
    self.value = value
    self.ledger = ledger
    ledger.note()
  }

  deinit { ledger.live.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
}

/// What came of asking a consumer for a token, as a value.
enum NodeAnswer: Equatable {
  case value(UInt64)
  case pending
  case ended
}

extension NodeConsumer where Message == NodeToken, Word: ~Copyable {
  mutating func answer() -> NodeAnswer {
    switch poll(at: .zero) {
    case .ready(let token): return .value(token.value)
    case .pending: return .pending
    case .ended: return .ended
    }
  }

  /// The value of the token that `select` gives.
  mutating func selectedValue() -> UInt64? {
    guard let token = select(1) else { return nil }
    return token.value
  }
}

extension NodeSubProducer where Message == NodeToken, Word: ~Copyable {
  // Mutating, because what a class holds can be changed in place, and not be borrowed.
  mutating func fill() -> Int { count }
}

extension Producer where Self: ~Copyable, Message == NodeToken {
  /// Pushes a new token; gives the value of one that came back.
  mutating func offer(_ value: UInt64, _ ledger: NodeLedger) -> UInt64? {
    guard let refused = push(NodeToken(value, ledger)) else { return nil }
    return refused.value
  }
}

/// Runs all bodies at the same time, each in a thread of its own. A body drops what it holds of a queue: the thread lives
/// on for a moment when the test's memory is gone.
func runThreads(_ bodies: [@Sendable () -> Void]) {
  let group = DispatchGroup()
  for body in bodies {
    group.enter()
    let thread = Thread {
      body()
      group.leave()
    }
    thread.start()
  }
  group.wait()
}

/// Queues that share a pool of nodes, as arrays.
struct NodeModel {
  /// Capacities and pools that are worth trying: with more and with fewer nodes than the queues together have room for.
  static let shapes: [(capacities: [Int], nodeCount: Int)] = [
    ([1], 2), ([1, 1], 3), ([3, 100], 12), ([2, 5, 64, 7], 40), ([4, 4], 10),
  ]

  /// Where counting is worth beginning.
  static let firstSequences: [UInt64] = [0, 1 << 32 - 5, .max - 4]

  var queues: [[UInt64]]
  let capacities: [Int]
  let nodeCount: Int

  init(capacities: [Int], nodeCount: Int) {
    queues = capacities.map { _ in [] }
    self.capacities = capacities
    self.nodeCount = nodeCount
  }

  /// A node for each queue and for each message.
  var lentCount: Int { queues.count + queues.reduce(0) { $0 + $1.count } }

  /// Does random operations on the queues and on what is to be compared with them.
  ///
  /// - Returns: the first difference, if there is one.
  mutating func firstDifference(
    _ random: inout SeededRandom, operationCount: Int, push: (_ queue: Int, _ value: UInt64) -> Bool,
    poll: (_ queue: Int) -> UInt64?, lentCount: () -> Int
  ) -> String? {
    for value in 0..<UInt64(operationCount) {
      let queue = Int.random(in: 0..<queues.count, using: &random)
      if Bool.random(using: &random) {
        let hasRoom = queues[queue].count < capacities[queue] && self.lentCount < nodeCount
        if hasRoom { queues[queue].append(value) }
        if push(queue, value) != hasRoom { return "push of \(value) to queue \(queue)" }
      } else {
        let expected = queues[queue].isEmpty ? nil : queues[queue].removeFirst()
        let taken = poll(queue)
        if taken != expected { return "poll of queue \(queue): \(taken as Any), expected \(expected as Any)" }
      }
      if lentCount() != self.lentCount { return "\(lentCount()) nodes are lent, expected \(self.lentCount)" }
    }
    return nil
  }
}
