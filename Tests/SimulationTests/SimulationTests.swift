import Foundation
import XCTest

/// The whole data path in virtual time. `SIMULATION_SEEDS=1000` for as many seeds, `SEED=7` for one.
final class SimulationTests: XCTestCase {
  private var seeds: ClosedRange<UInt64> {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["SEED"].flatMap({ UInt64($0) }) { return seed...seed }
    return 1...(environment["SIMULATION_SEEDS"].flatMap { UInt64($0) } ?? 24)
  }

  func testNothingThatWasToldIsEverLost() throws {
    var (cuts, lost, told, bootsCutOff) = (0, 0, 0, 0)
    for seed in seeds {
      let simulation = try Simulation(seed: seed)
      try simulation.run()
      XCTAssertEqual(simulation.complaints.prefix(5), [], "SEED=\(seed)")
      cuts += simulation.powerCuts
      lost += simulation.lostInputs
      told += simulation.answersTold
      bootsCutOff += simulation.bootsCutOff
    }
    print(
      "simulation: \(seeds.count) seeds, \(cuts) power cuts, \(bootsCutOff) during a boot, \(lost) inputs lost"
    )
    print("simulation: \(told) messages told, none lost")
    guard seeds.count > 10 else { return }
    XCTAssertGreaterThan(lost, 0, "power cuts find inputs that are not durable")
    XCTAssertGreaterThan(bootsCutOff, 0)
    XCTAssertGreaterThan(told, 100 * seeds.count)
  }

  /// The seeds of this many in which a mistake is noticed.
  private func findings(_ mistake: Simulation.Mistake, in count: UInt64) throws -> Int {
    try (1...count).filter { seed in
      let simulation = try Simulation(seed: seed, mistake: mistake)
      try simulation.run()
      return !simulation.complaints.isEmpty
    }.count
  }

  /// The control: acknowledging before the flush must be found.
  func testAcknowledgingEarlyIsFound() throws {
    XCTAssertGreaterThan(try findings(.acknowledgesEarly, in: 8), 2)
  }

  /// The control: a disk without FLUSH must be found.
  func testADiskWithoutFlushIsFound() throws {
    XCTAssertGreaterThan(try findings(.diskIgnoresFlushes, in: 8), 2)
  }
}
