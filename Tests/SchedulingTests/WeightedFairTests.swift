import Buffers
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

final class WeightedFairTests: XCTestCase {
  private func makeRule(
    _ weights: [Int], _ memory: TestArena, firstVirtualTime: UInt64 = 0
  ) throws -> Held {
    var rule = try WeightedFair(
      taskCount: weights.count, firstVirtualTime: firstVirtualTime, in: &memory.arena)
    for (work, weight) in weights.enumerated() { rule.admit(work, TaskAttributes(weight: UInt16(weight))) }
    return Held(rule)
  }

  private final class Held {
    var rule: WeightedFair
    init(_ rule: consuming WeightedFair) { self.rule = rule }
  }

  /// Whatever is picked is ready again: nobody is ever a whole quantum behind the share of its weight.
  func testNobodyIsAQuantumBehindItsShare() throws {
    var random = SeededRandom()
    for _ in 0..<20 {
      let memory = TestArena(byteCount: 1 << 16)
      let count = Int.random(in: 1...12, using: &random)
      let weights = (0..<count).map { _ in
        Int.random(in: 1...Int(TaskAttributes.largestWeight), using: &random)
      }
      let sum = weights.reduce(0, +)
      let held = try makeRule(weights, memory, firstVirtualTime: random.next())
      for work in weights.indices { held.rule.wake(work, at: .zero) }
      var picks = Array(repeating: 0, count: count)
      for pick in 1...1_000 {
        let work = try XCTUnwrap(held.rule.select(1))
        picks[work] += 1
        held.rule.wake(work, at: .zero)
        for (work, weight) in weights.enumerated() where picks[work] < pick * weight / sum {
          return XCTFail("\(work) of \(weights) had \(picks[work]) of \(pick), SEED=\(random.seed)")
        }
      }
    }
  }

  func testEqualWeightsAreRoundRobin() throws {
    let memory = TestArena(byteCount: 1 << 16)
    let held = try makeRule([3, 3, 3], memory)
    for work in [2, 0, 1] { held.rule.wake(work, at: .zero) }
    var order: [Int] = []
    for _ in 0..<6 {
      let work = try XCTUnwrap(held.rule.select(1))
      order.append(work)
      held.rule.wake(work, at: .zero)
    }
    XCTAssertEqual(order, [2, 0, 1, 2, 0, 1])
  }

  /// One that was away while the others had thousands of quanta is neither owed them nor made to wait for them.
  func testWhoWasAwaySavedUpNothing() throws {
    let memory = TestArena(byteCount: 1 << 16)
    let held = try makeRule([1, 1], memory)
    held.rule.wake(0, at: .zero)
    for _ in 0..<40_000 { held.rule.wake(try XCTUnwrap(held.rule.select(1)), at: .zero) }
    held.rule.wake(1, at: .zero)
    var order: [Int] = []
    for _ in 0..<6 {
      let work = try XCTUnwrap(held.rule.select(1))
      order.append(work)
      held.rule.wake(work, at: .zero)
    }
    XCTAssertEqual(order, [0, 1, 0, 1, 0, 1])
  }

  /// Who comes at any time, with the others never idle, waits as long as stated at most.
  func testTheWaitOfWhoComesLaterIsBounded() throws {
    var random = SeededRandom()
    let memory = TestArena(byteCount: 1 << 20)
    for _ in 0..<20 {
      let weights = (0..<8).map { _ in Int.random(in: 1...20, using: &random) }
      let held = try makeRule(weights, memory)
      let bound = weights[1...].map { $0 / weights[0] + 1 }.reduce(0, +)
      for work in 1..<8 { held.rule.wake(work, at: .zero) }
      for _ in 0..<50 {
        for _ in 0..<Int.random(in: 0..<20, using: &random) {
          held.rule.wake(try XCTUnwrap(held.rule.select(1)), at: .zero)
        }
        held.rule.wake(0, at: .zero)
        var wait = 0
        while wait <= bound, let work = held.rule.select(1), work != 0 {
          held.rule.wake(work, at: .zero)
          wait += 1
        }
        XCTAssertLessThanOrEqual(wait, bound, "weights \(weights), SEED=\(random.seed)")
      }
    }
  }

  func testABudgetOfNothingPicksNothing() throws {
    let memory = TestArena(byteCount: 1 << 16)
    let held = try makeRule([1], memory)
    held.rule.wake(0, at: .zero)
    held.rule.wake(0, at: .zero)
    XCTAssertNil(held.rule.select(0))
    XCTAssertEqual(held.rule.select(1), 0)
    XCTAssertNil(held.rule.select(1))
    XCTAssertTrue(held.rule.isEmpty)
  }
}
