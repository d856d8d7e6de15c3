public import ArgumentParser

/// The options of every program that measures, whatever it measures; the C and C++ peers have the same.
public struct BenchOptions: ParsableArguments {
  @Flag(help: "Print what there is, with its operations and sizes.") var list = false
  @Option(help: "What to measure; see --list.") var name: String?
  @Option(help: "Which operation; see --list.") var operation: String?
  @Option(help: "Bytes of a message, or number of timers; see --list.") var size = 8
  @Option(help: "How many operations.") var count: UInt64 = 100_000_000
  @Option(help: "How many runs, of which the one is printed that a quarter of all was faster than.")
  var `repeat` = 1

  public init() {}

  public func validate() throws {
    guard count > 0, `repeat` > 0 else {
      throw ValidationError("--count, --repeat: expected a number above 0")
    }
  }

  /// Prints the list, or what measuring gave.
  public func run(_ table: [Entry]) throws {
    if list {
      for entry in table { print(entry.description) }
      return
    }
    let chosen = table.first { $0.name == name && $0.operation == operation && $0.size == size }
    guard let chosen else {
      throw ValidationError("--name, --operation and --size must name one of what --list prints")
    }
    print(try chosen.measured(count, repeats: `repeat`))
  }
}
