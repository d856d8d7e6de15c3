import Queues
import TestSupport
import XCTest

/// Every queue over a fixed ring against a plain reference, and the suite against queues that are broken.
final class RingModelTests: XCTestCase {
  private static let capacities = [1, 2, 3, 5, 8, 64, 1_000]
  private static let firstSequences: [UInt64] = [0, 1 << 32 &- 2, 1 << 63 &- 2, 0 &- 2]

  private func run(
    _ kind: RingKind, _ capacity: Int, _ firstSequence: UInt64, batch: Int? = nil,
    _ body: (inout RingModelSuite) -> String?
  ) throws {
    let memory = TestArena(byteCount: 32 << 20)
    let properties = QueueProperties(
      capacity: capacity, overflow: kind.overflow, batch: batch, firstSequence: firstSequence)
    let bench = try kind.make(properties, memory)
    var suite = RingModelSuite(kind.delivery, capacity: capacity, bench, SeededRandom())
    if let failure = body(&suite) { XCTFail("\(kind.name) from \(firstSequence): \(failure)") }
  }

  func testEveryQueueIsItsReference() throws {
    for kind in RingKind.all {
      for capacity in Self.capacities {
        for first in Self.firstSequences { try run(kind, capacity, first) { $0.run(rounds: 10) } }
      }
    }
  }

  func testLargeQueues() throws {
    for kind in RingKind.all {
      try run(kind, 65_536, 0 &- 20_000) { $0.run(rounds: 2, steps: 6) }
      try run(kind, 65_536, 1 << 32 &- 20_000) { $0.runFull() }
    }
  }

  func testNothingIsLeftWhenEndsAreDroppedAtRandom() throws {
    for kind in RingKind.all {
      for capacity in [1, 2, 3, 7, 16] {
        for first in Self.firstSequences { try run(kind, capacity, first) { $0.runDropping() } }
      }
    }
  }

  func testFullToTheLastPlace() throws {
    for kind in RingKind.all {
      for capacity in Self.capacities {
        for first in Self.firstSequences { try run(kind, capacity, first) { $0.runFull() } }
      }
    }
  }

  func testTheSuiteTakesAQueueThatIsRight() {
    for capacity in [1, 2, 8, 64] {
      var suite = RingModelSuite(
        .together, capacity: capacity, BrokenRing(capacity, .none), SeededRandom())
      XCTAssertNil(suite.run(rounds: 20))
    }
  }

  func testTheSuiteNoticesWhatIsBroken() {
    for fault in BrokenRing.Fault.allCases where fault != .none {
      for capacity in [2, 8, 64] {
        // Some show themselves only when the queue closes with messages in it.
        let failures = (1...8).compactMap { rounds in
          var suite = RingModelSuite(
            .together, capacity: capacity, BrokenRing(capacity, fault), SeededRandom())
          return suite.run(rounds: rounds)
        }
        XCTAssertFalse(failures.isEmpty, "\(fault) at capacity \(capacity) went unnoticed")
      }
    }
  }
}

/// A queue for the suite to find fault with.
private final class BrokenRing: RingBench {
  enum Fault: CaseIterable {
    case none
    /// Loses the message that closes a lap.
    case losesAtWrap
    /// Hands a message out twice.
    case duplicates
    /// Hands the second out before the first.
    case reorders
    /// Takes one message more than there is room for.
    case overfills
    /// Says that a message went in that did not.
    case forgets
    /// Keeps a message that nobody can get.
    case leaks
    /// Tells of the end with a message left.
    case endsEarly
  }

  private let capacity: Int
  private let fault: Fault
  private var ids: [UInt64] = []
  private var pushed = 0
  private var taken = 0
  private var hasProducer = true

  init(_ capacity: Int, _ fault: Fault) {
    self.capacity = capacity
    self.fault = fault
  }

  let producerCount = 1
  let consumerCount = 1
  private(set) var balance = 0

  func push(_ id: UInt64, by producer: Int) -> Bool {
    guard ids.count < (fault == .overfills ? capacity + 1 : capacity) else { return false }
    pushed += 1
    if fault == .losesAtWrap, pushed.isMultiple(of: capacity) { return true }
    if fault == .forgets, pushed == 7 { return true }
    ids.append(id)
    return true
  }

  func push(_ count: Int, from first: UInt64, by producer: Int) -> Int {
    for index in 0..<count where !push(first + UInt64(index), by: producer) { return index }
    return count
  }

  func poll(by consumer: Int) -> Heard {
    guard !ids.isEmpty, !(fault == .endsEarly && !hasProducer) else { return hasProducer ? .pending : .ended }
    taken += 1
    if fault == .duplicates, taken.isMultiple(of: 20) { return .message(ids[0]) }
    if fault == .reorders, ids.count > 1 { return .message(ids.remove(at: 1)) }
    return .message(ids.removeFirst())
  }

  func drain(upTo limit: Int, by consumer: Int) -> [UInt64] {
    var drained: [UInt64] = []
    while drained.count < limit, case .message(let id) = poll(by: consumer) { drained.append(id) }
    return drained
  }

  func lostCount(of consumer: Int) -> UInt64 { 0 }

  func dropProducer(_ index: Int) { hasProducer = false }

  func dropConsumer(_ index: Int) { balance = fault == .leaks ? 1 : 0 }
}
