import Foundation
import Queues
import TestSupport
import XCTest

/// Every queue with a thread at each end. What the interleavings of two or three operations do is shown elsewhere; here
/// many go by, and the race detector can look on.
final class RingThreadTests: XCTestCase {
  private static let messages: UInt64 = 4_000

  /// A bench whose ends are each used by one thread.
  private struct Shared: @unchecked Sendable {
    let bench: any RingBench
  }

  /// What a consumer saw.
  private struct Report: Sendable {
    var received: UInt64 = 0
    var lost: UInt64 = 0
    var failure: String?
  }

  private final class Reports: @unchecked Sendable {
    private let lock = NSLock()
    private var reports: [Report] = []
    func add(_ report: Report) { lock.withLock { reports.append(report) } }
    var all: [Report] { lock.withLock { reports } }
  }

  private static func produce(_ shared: Shared, _ producer: Int) {
    var (next, size) = (UInt64(1), 1)
    while next <= messages {
      let count = min(size, Int(messages - next + 1))
      let accepted =
        count == 1
        ? (shared.bench.push(id(next, producer), by: producer) ? 1 : 0)
        : shared.bench.push(count, from: id(next, producer), by: producer)
      next += UInt64(accepted)
      size = size % 7 + 1
      if accepted == 0 { sched_yield() }
    }
    shared.bench.dropProducer(producer)
  }

  private static func id(_ number: UInt64, _ producer: Int) -> UInt64 { UInt64(producer) << 32 | number }

  private static func consume(_ shared: Shared, _ consumer: Int, isWhole: Bool) -> Report {
    var report = Report()
    var last: [UInt64: UInt64] = [:]
    func take(_ id: UInt64) {
      let (producer, number) = (id >> 32, id & 0xFFFF_FFFF)
      let before = last.updateValue(number, forKey: producer) ?? 0
      let isNext = isWhole ? number == before + 1 : number > before && number <= messages
      if !isNext, report.failure == nil { report.failure = "\(number) of \(producer) behind \(before)" }
      report.received += 1
    }
    while true {
      for id in shared.bench.drain(upTo: 5, by: consumer) { take(id) }
      switch shared.bench.poll(by: consumer) {
      case .message(let id): take(id)
      case .pending: sched_yield()
      case .ended:
        report.lost = shared.bench.lostCount(of: consumer)
        shared.bench.dropConsumer(consumer)
        return report
      }
    }
  }

  /// Runs a queue to its end; a failure, if there was one.
  private func run(_ bench: any RingBench, _ delivery: Delivery) -> String? {
    let (shared, reports, group) = (Shared(bench: bench), Reports(), DispatchGroup())
    // A consumer sees all messages of a producer unless it shares them or they are overwritten.
    let isWhole =
      delivery == .toEach || delivery == .fromEach || delivery == .together && bench.consumerCount == 1
    func start(_ body: @escaping @Sendable () -> Void) {
      group.enter()
      Thread.detachNewThread {
        body()
        group.leave()
      }
    }
    for index in 0..<bench.consumerCount {
      start { reports.add(Self.consume(shared, index, isWhole: isWhole)) }
    }
    for index in 0..<bench.producerCount { start { Self.produce(shared, index) } }
    group.wait()
    if let failure = reports.all.compactMap(\.failure).first { return failure }
    return countFailure(reports.all, bench, delivery)
  }

  private func countFailure(_ reports: [Report], _ bench: any RingBench, _ delivery: Delivery) -> String? {
    let all = Self.messages * UInt64(bench.producerCount)
    let counts = reports.map { $0.received + $0.lost }
    let isRight =
      switch delivery {
      case .together, .fromEach: counts.reduce(0, +) == all
      case .toEach, .overwriting: counts.allSatisfy { $0 == all }
      }
    if !isRight { return "\(counts) of \(all)" }
    return bench.balance == 0 ? nil : "\(bench.balance) messages are left"
  }

  func testEveryQueueWithAThreadAtEachEnd() throws {
    for kind in RingKind.all {
      for capacity in [1, 5, 64] {
        let bench = try kind.make(
          QueueProperties(capacity: capacity, overflow: kind.overflow, firstSequence: 0 &- 100), TestArena())
        if let failure = run(bench, kind.delivery) { XCTFail("\(kind.name) of \(capacity): \(failure)") }
      }
    }
  }

  func testTheCheckNoticesWhatIsLost() throws {
    // A queue that drops what finds no room, checked as one that does not.
    let kind = RingKind.all[0]
    let bench = try kind.make(QueueProperties(capacity: 1, overflow: .dropNewest), TestArena())
    XCTAssertTrue(bench.push(Self.id(1, 0), by: 0))
    XCTAssertTrue(bench.push(Self.id(2, 0), by: 0), "dropped")
    XCTAssertNotNil(run(bench, kind.delivery))
  }
}
