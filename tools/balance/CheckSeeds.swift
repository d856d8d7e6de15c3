import ArgumentParser
import BalanceSupport

struct CheckSeeds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Runs seeds and names each that breaks a promise.",
    discussion: """
      Ends with status 1 when any loses, repeats or reorders a message, or when more than one in ten thousand does not
      settle: the balancer sees messages that come at random in part, so that can be chance.
      """)

  @Option(help: "The first seed.") var first: UInt64 = 1
  @Option(help: "How many seeds.") var seeds: UInt64 = 1000

  func run() throws {
    let clock = ContinuousClock()
    let start = clock.now
    var brokenCount = 0
    var unsettledCount: UInt64 = 0
    var messageCount = 0
    var moveCount = 0
    var exchangeCount = 0
    for seed in first..<first + seeds {
      let outcome = try BalanceSimulation(BalanceScenario(seed: seed)).run()
      if let violation = outcome.violation {
        if violation.canBeChance { unsettledCount += 1 } else { brokenCount += 1 }
        print("SEED=\(seed): \(violation.rawValue)")
      }
      messageCount += outcome.messageCount
      moveCount += outcome.moveCount
      exchangeCount += outcome.needsExchange ? 1 : 0
    }
    let seconds = (clock.now - start) / .seconds(1)
    print(
      "\(seeds) seeds, \(messageCount) messages, \(moveCount) moves, \(brokenCount) seeds broke a promise, "
        + "\(unsettledCount) did not settle, in "
        + "\(exchangeCount) only an exchange of buckets would have helped; \(Int(Double(seeds) / seconds)) seeds/s"
    )
    if brokenCount > 0 || unsettledCount > max(1, seeds / 10_000) { throw ExitCode.failure }
  }
}
