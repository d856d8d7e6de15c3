import Reactors
import TestSupport
import XCTest

/// Every tree of up to five tasks, ended in every order.
final class TaskTreeTests: XCTestCase {
  /// An action on a tree between polls.
  private struct Action {
    let task: Int
    let isCancel: Bool
  }

  /// All ways to end a tree to its last task, one task at a time.
  private func sequences(_ model: TreeModel) -> [[Action]] {
    guard !model.tasks.isEmpty else { return [[]] }
    return model.tasks.flatMap { task in
      [true, false].flatMap { isCancel -> [[Action]] in
        guard isCancel || model.isLive(task) else { return [] }
        var next = model
        if isCancel { _ = next.cancel(task) } else { _ = next.play(task, cancels: [], .finished) }
        return sequences(next).map { [Action(task: task, isCancel: isCancel)] + $0 }
      }
    }
  }

  private func sequences(_ shape: [Int]) -> [[Action]] {
    var model = TreeModel()
    model.spawn(0, under: -1, keepsOutput: false)
    for (index, parent) in shape.enumerated() {
      model.spawn(index + 1, under: parent, keepsOutput: index == 1)
    }
    return sequences(model)
  }

  private func differencesOfSequences(largest: Int, _ order: TreeModel.Order = .youngestFirst) throws
    -> [String]
  {
    var differences: [String] = []
    for count in 1...largest {
      for shape in TreeModel.shapes(count) {
        let memory = TestArena(byteCount: 1 << 20)
        var run = try TreeRun(taskCount: count, order: order, memory)
        for sequence in sequences(shape) {
          run.grow(shape)
          for action in sequence {
            if action.isCancel {
              run.cancel(action.task)
            } else {
              run.play(action.task, cancels: [], .finished)
            }
          }
          run.clear()
        }
        differences += run.differences.map { "\(shape): \($0)" }
      }
    }
    return differences
  }

  func testTreesOfUpToFiveTasksEndInEveryOrder() throws {
    XCTAssertEqual(try differencesOfSequences(largest: 5).prefix(3), [])
  }

  /// Each task cancels each one or two others, or itself, in a poll, with and without having spawned just before.
  private func differencesOfCancels(largest: Int, _ order: TreeModel.Order = .youngestFirst) throws
    -> [String]
  {
    var differences: [String] = []
    for count in 1...largest {
      for shape in TreeModel.shapes(count) {
        let memory = TestArena(byteCount: 1 << 20)
        var run = try TreeRun(taskCount: count + 1, order: order, memory)
        for actor in 0..<count {
          for victims in pairs(count) {
            for step in Step.allCases {
              run.grow(shape)
              let spawns = victims.count == 2 && victims[0] == victims[1] ? nil : count
              run.play(actor, spawns: spawns, cancels: victims, step)
              run.clear()
            }
          }
        }
        differences += run.differences.map { "\(shape): \($0)" }
      }
    }
    return differences
  }

  /// Nobody, one, or two, the same one twice as well.
  private func pairs(_ count: Int) -> [[Int]] {
    [[]] + (0..<count).flatMap { first in [[first]] + (0..<count).map { [first, $0] } }
  }

  func testTasksOfTreesOfUpToFiveCancelEachOtherInPolls() throws {
    XCTAssertEqual(try differencesOfCancels(largest: 5).prefix(3), [])
  }

  /// Controls: a model that is wrong differs from the reactor.
  func testAWrongOrderOfEndsIsNoticed() throws {
    for order in [TreeModel.Order.oldestFirst, .parentsFirst] {
      XCTAssertNotEqual(try differencesOfSequences(largest: 3, order), [])
      XCTAssertNotEqual(try differencesOfCancels(largest: 3, order), [])
    }
  }
}
