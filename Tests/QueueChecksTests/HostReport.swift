import QueueChecks

/// Collects what failed, with the name of its check.
struct HostReport: CheckReport {
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
