import Machine

/// Results as TAP (Test Anything Protocol 13) on the serial console.
struct TestReport: ~Copyable {
  private(set) var testCount: UInt64 = 0
  private(set) var failureCount: UInt64 = 0
  private var currentFailed = false

  init() { Console.write("TAP version 13\n") }

  /// Runs one named test: it fails when any of its expectations does.
  mutating func run(_ name: StaticString, _ test: (inout TestReport) -> Void) {
    testCount += 1
    currentFailed = false
    test(&self)
    if currentFailed { failureCount += 1 }
    Console.write(currentFailed ? "not ok " : "ok ")
    Console.write(testCount)
    Console.write(" - ")
    Console.write(name)
    Console.newLine()
  }

  /// Says what was seen when `condition` is false.
  mutating func expect(_ condition: Bool, _ message: StaticString, _ seen: UInt64 = 0, line: UInt = #line) {
    if !condition { fail(message, seen, line: line) }
  }

  /// The test that runs has failed.
  mutating func fail(_ message: StaticString, _ seen: UInt64, line: UInt) {
    currentFailed = true
    Console.write("# line ")
    Console.write(UInt64(line))
    Console.write(": ")
    Console.write(message)
    Console.write(", saw ")
    Console.write(seen)
    Console.newLine()
  }

  /// A measured figure, for whoever reads the log.
  func note(_ name: StaticString, _ value: UInt64) {
    Console.write("# ")
    Console.write(name)
    Console.write(" ")
    Console.write(value)
    Console.newLine()
  }

  /// A measured figure with two decimals.
  func note(_ name: StaticString, hundredths value: UInt64, _ unit: StaticString) {
    Console.write("# ")
    Console.write(name)
    Console.write(" ")
    Console.write(value / 100)
    Console.write(value % 100 < 10 ? ".0" : ".")
    Console.write(value % 100)
    Console.write(" ")
    Console.write(unit)
    Console.newLine()
  }

  /// Writes the plan and ends the guest: status 33 only when every test passed.
  consuming func finish() -> Never {
    Console.write("1..")
    Console.write(testCount)
    Console.newLine()
    Machine.stop(failureCount == 0 && testCount > 0 ? .passed : .failed)
  }
}
