import ArgumentParser
import BalanceSupport

struct CheckSeeds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Runs seeds and names each that breaks a promise; ends with status 1 then.")

  @Option(help: "The first seed.") var first: UInt64 = 1
  @Option(help: "How many seeds.") var seeds: UInt64 = 1000

  func run() throws {
    let clock = ContinuousClock()
    let start = clock.now
    var brokenCount = 0
    var messageCount = 0
    var moveCount = 0
    var exchangeCount = 0
    for seed in first..<first + seeds {
      let outcome = try BalanceSimulation(BalanceScenario(seed: seed)).run()
      if let violation = outcome.violation {
        brokenCount += 1
        print("SEED=\(seed): \(violation.rawValue)")
      }
      messageCount += outcome.messageCount
      moveCount += outcome.moveCount
      exchangeCount += outcome.needsExchange ? 1 : 0
    }
    let seconds = (clock.now - start) / .seconds(1)
    print(
      "\(seeds) seeds, \(messageCount) messages, \(moveCount) moves, \(brokenCount) seeds broke a promise, in "
        + "\(exchangeCount) only an exchange of buckets would have helped; \(Int(Double(seeds) / seconds)) seeds/s"
    )
    if brokenCount > 0 { throw ExitCode.failure }
  }
}
