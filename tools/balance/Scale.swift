import ArgumentParser
import BalanceSupport

struct Scale: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Prints, a line for each number of order cores, how many instructions pass from one order to the next.")

  @Option(help: "Instructions an order costs the sessions core; 0 for one that costs nothing.") var sessions:
    UInt64
  @Option(help: "Instructions an order costs its order core.") var order: UInt64
  @Option(help: "Zipf's exponent of the popularity of a thousand symbols; 0 for equal ones.") var exponent =
    1.0
  @Argument(help: "Numbers of order cores, each 1 to 64.") var cores: [Int]

  func validate() throws {
    guard cores.allSatisfy({ (1...64).contains($0) }) else {
      throw ValidationError("order cores are 1 to 64")
    }
    guard order > 0 else { throw ValidationError("an order costs its core something") }
  }

  func run() throws {
    for count in cores {
      let scenario = BalanceScenario(
        coreCount: count, sessionsCost: sessions, orderCost: order, exponent: exponent)
      let outcome = try BalanceSimulation(scenario).run()
      if let violation = outcome.violation { print("# \(count) order cores: \(violation.rawValue)") }
      print(count, Double(outcome.watchedTime) / Double(max(1, outcome.watchedMessageCount)))
    }
  }
}
