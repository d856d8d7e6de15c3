import Scheduling
import Streams
import Timing

/// What a discipline of tasks can do wrong.
enum TaskViolation: Hashable {
  /// It picks a task that was not woken, or was withdrawn.
  case picksWhatIsNotReady
  /// It picks nothing although a task is ready.
  case picksNothing
  /// It lets a task wait for more picks of another than its documentation states.
  case waitsTooLong
}

/// That a task was picked while another was waiting.
struct PassedTask {
  let waiting: TaskAttributes
  let picked: TaskAttributes
  /// By when each was to be picked.
  let waitingDeadline: Instant
  let pickedDeadline: Instant
  /// How often that one has been picked since this one became ready, and since its deadline.
  let count: Int
  let lateCount: Int
}

/// What the documentation of a discipline states: the passes that it may make.
typealias WaitBound = @Sendable (PassedTask) -> Bool

enum WaitBounds {
  static let roundRobin: WaitBound = { $0.count <= 1 }
  static let priorityLevels: WaitBound = {
    $0.picked.level < $0.waiting.level || ($0.picked.level == $0.waiting.level && $0.count <= 1)
  }
  static let deadlineTree: WaitBound = { $0.pickedDeadline <= $0.waitingDeadline && $0.lateCount <= 1 }
  static let weightedFair: WaitBound = { $0.count <= Int($0.picked.weight / $0.waiting.weight) + 1 }
}

/// Uses a discipline, keeps account of who waits for whom, and says what it did wrong.
struct TaskDisciplineCheck<Rule: TaskDiscipline & ~Copyable>: ~Copyable {
  private var rule: Rule
  private let attributes: [TaskAttributes]
  private let bound: WaitBound
  private var now = Instant.zero
  private var wokenAt: [Instant?]
  /// By who waits, and then by who was picked meanwhile.
  private var counts: [[Int]]
  private var lateCounts: [[Int]]
  private(set) var violations: Set<TaskViolation> = []
  private(set) var pickCount = 0

  init(_ rule: consuming Rule, _ attributes: [TaskAttributes], _ bound: @escaping WaitBound) {
    self.rule = rule
    self.attributes = attributes
    self.bound = bound
    let count = attributes.count
    wokenAt = Array(repeating: nil, count: count)
    counts = Array(repeating: Array(repeating: 0, count: count), count: count)
    lateCounts = counts
    for task in 0..<count { self.rule.admit(task, attributes[task]) }
  }

  var taskCount: Int { attributes.count }

  /// An operation by its number: select for 0, then wakes of each task, then withdrawals.
  mutating func perform(_ operation: Int) {
    now = now + .nanoseconds(1)
    switch operation {
    case 0: select()
    case 1...taskCount: wake(operation - 1)
    default: withdraw(operation - 1 - taskCount)
    }
  }

  /// Nothing is ready any more.
  mutating func reset() {
    for task in 0..<taskCount { withdraw(task) }
    if !rule.isEmpty { violations.insert(.picksWhatIsNotReady) }
  }

  private mutating func wake(_ task: Int) {
    rule.wake(task, at: now)
    guard wokenAt[task] == nil else { return }
    wokenAt[task] = now
    for other in 0..<taskCount {
      counts[task][other] = 0
      lateCounts[task][other] = 0
    }
  }

  private mutating func withdraw(_ task: Int) {
    rule.withdraw(task)
    wokenAt[task] = nil
  }

  private mutating func select() {
    guard let picked = rule.select(.max) else {
      if wokenAt.contains(where: { $0 != nil }) { violations.insert(.picksNothing) }
      return
    }
    pickCount += 1
    guard let pickedWoken = wokenAt[picked] else {
      violations.insert(.picksWhatIsNotReady)
      return
    }
    wokenAt[picked] = nil
    for waiting in 0..<taskCount {
      guard let woken = wokenAt[waiting] else { continue }
      pass(waiting, woken, picked, pickedWoken)
    }
  }

  private mutating func pass(_ waiting: Int, _ woken: Instant, _ picked: Int, _ pickedWoken: Instant) {
    let deadline = woken + attributes[waiting].patience
    counts[waiting][picked] += 1
    if now >= deadline { lateCounts[waiting][picked] += 1 }
    let passed = PassedTask(
      waiting: attributes[waiting], picked: attributes[picked], waitingDeadline: deadline,
      pickedDeadline: pickedWoken + attributes[picked].patience, count: counts[waiting][picked],
      lateCount: lateCounts[waiting][picked])
    if !bound(passed) { violations.insert(.waitsTooLong) }
  }
}
