import ArgumentParser
import BenchSupport

/// Measures Sluice's queues from outside their module, as an application uses them. `tools/bench/queues/run` calls it
/// in turns with the C++ peers, whose programs have the same options.
@main struct QueueBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue-bench",
    abstract: "Measures one operation of one queue and prints a JSON object.",
    discussion:
      "With --list prints what there is. Times are of this machine; tools/bench/queues/run makes ratios.")

  @Flag(help: "Check each message's content and order on the way, in place of a measurement.") var stress =
    false
  @OptionGroup var options: BenchOptions

  func run() throws { try options.run(stress ? Table.stresses : Table.measurements) }
}
