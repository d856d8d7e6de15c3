import QueueChecks
import TestSupport
import XCTest

/// The checks that also run inside the guest, on the host.
final class QueueChecksTests: XCTestCase {
  func testAllChecks() {
    let memory = TestArena()
    var report = HostReport()
    QueueChecks.run(&report, in: &memory.arena)
    XCTAssertEqual(report.failures, [])
    XCTAssertGreaterThan(report.count, 0)
  }
}

/// Collects what failed, with the name of its check.
private struct HostReport: CheckReport {
  private(set) var count = 0
  private(set) var failures: [String] = []
  private var name = ""

  mutating func run(_ name: StaticString, _ check: (inout HostReport) -> Void) {
    count += 1
    self.name = name.description
    check(&self)
  }

  mutating func fail(_ message: StaticString, _ seen: UInt64, line: UInt) {
    failures.append("\(name), line \(line): \(message), saw \(seen)")
  }
}
