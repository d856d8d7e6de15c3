import Buffers
import QueueChecks
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// The checks that also run inside the guest, on the host; and links that are not as they should be, which the checks
/// must notice.
final class QueueChecksTests: XCTestCase {
  func testAllChecks() {
    let memory = TestArena()
    var report = HostReport()
    QueueChecks.run(&report, in: &memory.arena)
    XCTAssertEqual(report.failures, [])
    XCTAssertGreaterThan(report.count, 0)
  }

  func testASoundLinkPasses() throws {
    let report = try report(of: .none)
    XCTAssertEqual(report.failures, [])
  }

  func testEveryFaultIsNoticed() throws {
    for fault in Fault.allCases where fault != .none {
      let report = try report(of: fault)
      XCTAssertFalse(report.failures.isEmpty, "\(fault) went unnoticed")
    }
  }

  private func report(of fault: Fault) throws -> HostReport {
    let memory = TestArena()
    let ends = try Channel<UInt64>.create(.link, over: .vec, QueueProperties(capacity: 4), in: &memory.arena)
      .link()
    var report = HostReport()
    QueueChecks.link(&report, ends.producer, FaultyConsumer(ends.consumer, fault))
    return report
  }
}

private enum Fault: CaseIterable {
  case none, losesOne, givesOneTwice, swapsTwo, endsEarly, neverEnds
}

/// A consumer with one fault, at its sixth message or at the end.
private struct FaultyConsumer: Consumer, ~Copyable {
  private var source: VecLinkConsumer<UInt64, HardwareWord>
  private let fault: Fault
  private var count = 0
  private var kept: UInt64?

  init(_ source: consuming VecLinkConsumer<UInt64, HardwareWord>, _ fault: Fault) {
    self.source = source
    self.fault = fault
  }

  var capacity: Int { source.capacity }

  mutating func poll(at now: Instant) -> Poll<UInt64, Never> {
    if let message = kept.take() { return .ready(message) }
    switch source.poll(at: now) {
    case .ready(let message): return altered(message)
    case .ended: return fault == .neverEnds ? .pending : .ended
    case .pending: return fault == .endsEarly ? .ended : .pending
    }
  }

  private mutating func altered(_ message: UInt64) -> Poll<UInt64, Never> {
    count += 1
    guard count == 6 else { return .ready(message) }
    switch fault {
    case .losesOne: return source.poll(at: .zero)
    case .givesOneTwice: kept = message
    case .swapsTwo:
      kept = message
      return source.poll(at: .zero)
    case .none, .endsEarly, .neverEnds: break
    }
    return .ready(message)
  }
}
