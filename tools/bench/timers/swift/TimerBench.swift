import ArgumentParser
import BenchSupport

/// Measures Sluice's timing wheel from outside its module. `tools/bench/timers/run` calls it in turns with the C peer,
/// whose program has the same options.
@main struct TimerBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timer-bench",
    abstract: "Measures one operation on so many timers and prints a JSON object.",
    discussion:
      "With --list prints what there is. Times are of this machine; tools/bench/timers/run makes ratios.")

  @OptionGroup var options: BenchOptions

  func run() throws {
    try options.run([1_000, 100_000, 1_000_000].flatMap { WheelOperations(size: $0).entries })
  }
}
