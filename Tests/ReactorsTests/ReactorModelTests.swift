import Reactors
import Scheduling
import TestSupport
import Timing
import XCTest

/// Random programs on a reactor and on the plain model of one: the same polls at the same times, the same ends in the
/// same order, the same answers.
final class ReactorModelTests: XCTestCase {
  private static let taskCount = 12
  private static let pollCount = 8

  /// Runs a program on both.
  ///
  /// - Parameter hasLevels: whether the model goes by levels.
  /// - Returns: the first difference.
  private func difference<Tasks: TaskDiscipline & ~Copyable>(
    _ type: Tasks.Type, hasLevels: Bool, turns: Int, seed: UInt64, _ flaw: ReactorModel.Flaw? = nil
  ) throws -> String? {
    let memory = TestArena(byteCount: 1 << 20)
    var run: ReactorRun<Tasks> = try ReactorRun(
      RandomProgram(seed: seed), taskCount: Self.taskCount, pollCount: Self.pollCount, memory)
    let stage = run.stage
    let model = ReactorModel(
      RandomProgram(seed: seed), hasLevels: hasLevels, taskCount: Self.taskCount, flaw,
      slot: { stage.id($0).slot })
    var random = SeededRandom(seed: seed)
    var polls = 0
    for turn in 0..<turns {
      for _ in 0..<5 { run.disturb(model, &random) }
      let slept = run.turn()
      let expected = model.turn(pollCount: Self.pollCount)
      let log = run.takeLog()
      guard slept == expected, log == model.log, run.now == model.machine.now else {
        return "turn \(turn): \(log) slept \(slept) at \(run.now), and not \(model.log) \(expected)"
      }
      polls += log.polls.count
      model.log = RunLog()
    }
    XCTAssertGreaterThan(polls, 2 * turns, "too little happens")
    return nil
  }

  func testRandomProgramsWithPriorityLevels() throws {
    let seed = SeededRandom().seed
    XCTAssertNil(
      try difference(PriorityLevels.self, hasLevels: true, turns: 1_000, seed: seed), "SEED=\(seed)")
  }

  func testRandomProgramsWithRoundRobin() throws {
    let seed = SeededRandom().seed
    XCTAssertNil(try difference(RoundRobin.self, hasLevels: false, turns: 1_000, seed: seed), "SEED=\(seed)")
  }

  /// Controls: each wrong model differs soon.
  func testWrongModelsAreNoticed() throws {
    for flaw in ReactorModel.Flaw.allCases {
      let found = try difference(PriorityLevels.self, hasLevels: true, turns: 1_000, seed: 7, flaw)
      XCTAssertNotNil(found, "\(flaw)")
    }
    XCTAssertNotNil(try difference(RoundRobin.self, hasLevels: true, turns: 1_000, seed: 7))
  }
}
