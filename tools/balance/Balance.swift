import ArgumentParser

/// Load balancing of order cores in virtual time: `tools/scaling` and `make campaign` run it.
@main
struct Balance: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance", abstract: "Load balancing of order cores, simulated in virtual time.",
    subcommands: [CheckSeeds.self, Scale.self])
}
