import ArgumentParser

/// Measures Sluice's queues from outside their module, as an application uses them. `tools/bench/queues/run` calls it
/// in turns with the C++ peers, whose programs have the same options.
@main struct QueueBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue-bench",
    abstract: "Measures one operation of one queue and prints a JSON object.",
    discussion:
      "With --list prints what there is. Times are of this machine; tools/bench/queues/run makes ratios.")

  @Flag(help: "Print every queue with its operations and message sizes.") var list = false
  @Flag(help: "Check each message's content and order on the way, in place of a measurement.") var stress =
    false
  @Option(help: "Which queue; see --list.") var queue: String?
  @Option(help: "Which operation; see --list.") var operation: String?
  @Option(help: "Bytes of a message: 8 or 64.") var bytes = 8
  @Option(help: "How many messages.") var count: UInt64 = 100_000_000
  @Option(help: "How many runs, of which the one is printed that a quarter of all was faster than.")
  var `repeat` = 1

  func validate() throws {
    guard count > 0, `repeat` > 0 else {
      throw ValidationError("--count, --repeat: expected a number above 0")
    }
  }

  func run() throws {
    let table = stress ? Table.stresses : Table.measurements
    if list {
      for entry in table { print(entry.description) }
      return
    }
    let chosen = table.first { $0.queue == queue && $0.operation == operation && $0.bytes == bytes }
    guard let chosen else {
      throw ValidationError("--queue, --operation and --bytes must name one of what --list prints")
    }
    print(try chosen.measured(count, repeats: `repeat`))
  }
}
