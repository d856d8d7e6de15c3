/// Where the checks say what they found: TAP on the guest's console, XCTest on the host.
public protocol CheckReport: ~Copyable {
  /// Runs one named check.
  mutating func run(_ name: StaticString, _ check: (inout Self) -> Void)
  /// Notes that the check that runs has failed, and what was seen.
  mutating func fail(_ message: StaticString, _ seen: UInt64, line: UInt)
  /// A figure, for whoever reads the log.
  func note(_ name: StaticString, _ value: UInt64)
}

extension CheckReport where Self: ~Copyable {
  public func note(_ name: StaticString, _ value: UInt64) {}

  /// Says what was seen when `condition` is false.
  mutating func expect(_ condition: Bool, _ message: StaticString, _ seen: UInt64 = 0, line: UInt = #line) {
    if !condition { fail(message, seen, line: line) }
  }
}
