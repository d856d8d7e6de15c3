import TestSupport
import Timing

/// What tasks do in their polls, at random and yet the same whenever it is asked.
struct RandomProgram {
  enum Action {
    case spawn(level: Int, keepsOutput: Bool)
    case wake(target: Int)
    case cancel(target: Int)
    case join(target: Int)
    /// A deadline so much later than now, or in the past.
    case deadline(nanoseconds: UInt64)
    case past
    case pass(nanoseconds: UInt64)
    case raise(source: Int)
  }

  let seed: UInt64

  /// Sources that interrupt, each with a priority of its own.
  static var sourceCount: Int { 6 }
  static var levelCount: Int { 3 }

  func poll(_ index: Int, of task: Int) -> (actions: [Action], step: Step) {
    var random = SeededRandom(seed: seed &+ UInt64(task) &* 0x1_0001 &+ UInt64(index) &* 0x3_0000_0007)
    let actions = (0..<Int.random(in: 0...4, using: &random)).map { _ in action(&random) }
    let step: Step =
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<9: .waiting
      case 9..<18: .ready
      default: .finished
      }
    return (actions, step)
  }

  private func action(_ random: inout SeededRandom) -> Action {
    let target = Int.random(in: 0..<TaskNames.targetCount, using: &random)
    switch Int.random(in: 0..<24, using: &random) {
    case 0..<4:
      return .spawn(level: Int.random(in: 0..<Self.levelCount, using: &random), keepsOutput: target % 2 == 0)
    case 4..<9: return .wake(target: target)
    case 9: return .cancel(target: target)
    case 10..<12: return .join(target: target)
    case 12..<17: return .deadline(nanoseconds: UInt64.random(in: 0..<60_000, using: &random))
    case 17: return .past
    case 18..<20: return .pass(nanoseconds: UInt64.random(in: 0..<40_000, using: &random))
    default: return .raise(source: Int.random(in: 0..<Self.sourceCount, using: &random))
    }
  }

  /// Deadlines differ from task to task, so that no two timers are due at the same time.
  static func deadline(of task: Int, after now: Instant, nanoseconds: UInt64) -> Instant {
    Instant(nanoseconds: (now.nanoseconds + nanoseconds) / 4_096 * 4_096 + UInt64(task % 4_096))
  }
}

/// Whom a random action means: mostly somebody who is there.
struct TaskNames {
  static var targetCount: Int { 16 }

  /// The task spawned last in each slot.
  private var tasks: [Int: Int] = [:]
  private(set) var next = 0

  mutating func add(slot: Int) {
    tasks[slot] = next
    next += 1
  }

  /// The last task of a slot, or one of the last that were spawned; -1 for nobody.
  func task(_ target: Int) -> Int { target < 12 ? tasks[target] ?? -1 : next - 1 - (target - 12) }
}
