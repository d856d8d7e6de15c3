import InterleavingSupport
import TestSupport
import XCTest

/// The reduced exploration against the one of everything, on random programs.
final class RandomProgramTests: XCTestCase {
  private enum Instruction: CaseIterable {
    case load, acquire, store, release, add, exchange, compare, fence, skip
    case readPlain, writePlain, pause, park, wake

    /// Whether it can be what an execution fails by.
    var canFail: Bool {
      switch self {
      case .readPlain, .writePlain, .pause, .park, .wake: true
      default: false
      }
    }
  }

  private struct Program {
    var threads: [[(instruction: Instruction, word: Int, value: UInt64)]] = []

    init(threads count: Int, length: Int, canFail: Bool, using random: inout SeededRandom) {
      let instructions = Instruction.allCases.filter { canFail || !$0.canFail }
      for _ in 0..<count {
        threads.append(
          (0..<length).map { _ in
            (
              instructions.randomElement(using: &random)!, Int.random(in: 0...1, using: &random),
              .random(in: 1...2)
            )
          })
      }
    }

    var loads: Int { threads.map(\.count).reduce(0, +) }

    func bodies() -> [(Litmus) -> Void] {
      var start = 0
      return threads.map { steps in
        let first = start
        start += steps.count
        return { litmus in
          var index = 0
          while index < steps.count {
            let step = steps[index]
            // What was read decides what is left out.
            if step.instruction == .skip, index > 0, litmus.seen[first + index - 1] == 0 { index += 1 }
            if index < steps.count { Self.run(steps[index], litmus, first + index) }
            index += 1
          }
        }
      }
    }

    private static func run(
      _ step: (instruction: Instruction, word: Int, value: UInt64), _ litmus: Litmus, _ slot: Int
    ) {
      func on(_ word: borrowing ModelWord) {
        switch step.instruction {
        case .load: litmus.seen[slot] = word.load()
        case .acquire: litmus.seen[slot] = word.loadAcquiring()
        case .store: word.store(step.value)
        case .release: word.storeReleasing(step.value)
        case .add: litmus.seen[slot] = word.add(step.value)
        case .exchange: litmus.seen[slot] = word.exchange(step.value)
        case .compare: litmus.seen[slot] = word.compareExchange(expected: 1, desired: 3).original
        case .fence: ModelWord.fence()
        case .readPlain: _ = litmus.plain
        case .writePlain: litmus.plain = step.value
        case .pause: ModelThread.pause()
        case .park: ModelThread.park()
        case .wake: ModelThread.wake(step.word)
        case .skip: break
        }
      }
      if step.word == 0 { on(litmus.x) } else { on(litmus.y) }
    }
  }

  func testTheReductionLosesNoOutcome() {
    var random = SeededRandom()
    let seed = random.seed
    var (reduced, all) = (0, 0)
    for round in 0..<400 {
      let shape = [(2, 4), (3, 2), (2, 3), (2, 5)][round % 4]
      let program = Program(threads: shape.0, length: shape.1, canFail: false, using: &random)
      let few = Litmus.outcomes(of: program.loads, program.bodies())
      let every = Litmus.outcomes(of: program.loads, program.bodies(), reduction: .none)
      XCTAssertEqual(few.outcomes, every.outcomes, "SEED=\(seed) round \(round) \(program.threads)")
      reduced += few.report.executions
      all += every.report.executions
    }
    print("random programs: \(reduced) executions in place of \(all)")
  }

  func testTheReductionLosesNoFailure() {
    var random = SeededRandom()
    let seed = random.seed
    var failed = 0
    for round in 0..<400 {
      let shape = [(2, 4), (3, 2), (2, 3), (3, 3)][round % 4]
      let program = Program(threads: shape.0, length: shape.1, canFail: true, using: &random)
      let few = Litmus.outcomes(of: program.loads, program.bodies()).report
      let every = Litmus.outcomes(of: program.loads, program.bodies(), reduction: .none).report
      XCTAssertEqual(few.isComplete, every.isComplete, "SEED=\(seed) round \(round) \(program.threads)")
      if !few.isComplete { failed += 1 }
    }
    XCTAssertTrue((20..<380).contains(failed), "SEED=\(seed) \(failed) programs of 400 fail")
  }
}
