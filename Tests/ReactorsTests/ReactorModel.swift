import Reactors
import TestSupport
import Timing

/// A reactor written down plainly, with sorted lists and dictionaries.
final class ReactorModel {
  /// How the model is wrong, for a test of the comparison.
  enum Flaw: CaseIterable {
    /// A task with more to do goes before those that it has woken.
    case readyGoesFirst
    case timersBeforeInterrupts
    case oldestEndsFirst
    case keepsDeadlines
    case forgetsPriorities
  }

  private let program: RandomProgram
  private let hasLevels: Bool
  private let taskCount: Int
  private let flaw: Flaw?
  private var core: ManualCore
  private var tree: TreeModel
  private var now: Instant
  private var levels: [Int: Int] = [:]
  /// In the order in which they became ready.
  private var ready: [Int] = []
  private var deadlines: [Int: Instant] = [:]
  private var pollCounts: [Int: Int] = [:]
  private var connections: [Int: Int] = [:]
  private var current: Int?
  private var doomed: Int?
  /// The slot of a task, which the reactor has chosen.
  private let slot: (Int) -> Int
  private(set) var names = TaskNames()
  var log = RunLog()

  init(_ program: RandomProgram, hasLevels: Bool, taskCount: Int, _ flaw: Flaw?, slot: @escaping (Int) -> Int)
  {
    self.program = program
    self.hasLevels = hasLevels
    self.taskCount = taskCount
    self.flaw = flaw
    self.slot = slot
    core = ManualCore(timerSource: 63, machine: ManualMachine())
    tree = TreeModel(order: flaw == .oldestEndsFirst ? .oldestFirst : .youngestFirst)
    now = core.now
  }

  var machine: ManualMachine { core.machine }

  // MARK: - What can be asked of it

  func spawn(level: Int, keepsOutput: Bool) {
    let task = names.next
    let hasRoom = tree.tasks.count < taskCount
    log.results.append("spawn \(task) \(hasRoom)")
    guard hasRoom else { return log.ends.append(task) }
    names.add(slot: slot(task))
    tree.spawn(task, under: current ?? -1, keepsOutput: keepsOutput && current != nil)
    tree.wake(task)
    levels[task] = level
  }

  func wake(_ task: Int) { tree.wake(task) }

  func cancel(_ task: Int) {
    let isThere = current.map { tree.cancel(task, by: $0, &doomed) } ?? tree.cancel(task)
    log.results.append("cancel \(task) \(isThere)")
    takeEnds()
  }

  func join(_ task: Int) {
    log.results.append("join \(task) \(tree.join(task))")
    takeEnds()
  }

  func connect(source: Int, to task: Int) { connections[source] = task }

  // MARK: - A turn

  func turn(pollCount: Int) -> Bool {
    for _ in 0..<pollCount {
      tellAll()
      guard let task = pick() else {
        now = core.sleep(until: deadlines.values.min() ?? .never)
        return true
      }
      poll(task)
    }
    return false
  }

  private func tellAll() {
    tell()
    if flaw == .timersBeforeInterrupts { takeTimers() }
    // Each source has a priority of its own, that of its number.
    let sources = (0..<64).filter { core.pendingSources >> UInt64($0) & 1 == 1 }
    for source in flaw == .forgetsPriorities ? sources.reversed() : sources {
      _ = core.take(source: source)
      if let task = connections[source], tree.isLive(task) { makeReady(task) }
    }
    takeTimers()
  }

  /// Of those in the same slot what was noted first makes the order.
  private func tell() {
    let (notes, woken) = tree.takeNotes()
    ready.removeAll { !tree.isLive($0) }
    for slot in notes.map(slot).uniqued() {
      if let task = woken.first(where: { self.slot($0) == slot }) { makeReady(task) }
    }
  }

  private func takeTimers() {
    for (task, _) in deadlines.filter({ $0.value <= now }).sorted(by: { $0.value < $1.value }) {
      deadlines[task] = nil
      makeReady(task)
    }
  }

  private func makeReady(_ task: Int) {
    if !ready.contains(task) { ready.append(task) }
  }

  private func pick() -> Int? {
    let level = hasLevels ? ready.map { levels[$0]! }.min() : nil
    guard let place = ready.firstIndex(where: { level == nil || levels[$0] == level }) else { return nil }
    return ready.remove(at: place)
  }

  // MARK: - A poll

  private func poll(_ task: Int) {
    log.polls.append(task)
    log.times.append(now)
    let index = pollCounts[task, default: 0]
    pollCounts[task] = index + 1
    current = task
    let (actions, step) = program.poll(index, of: task)
    var deadline = flaw == .keepsDeadlines ? deadlines[task] : nil
    for action in actions { perform(action, of: task, &deadline) }
    now = core.now
    deadlines[task] = deadline
    goOn(task, step)
    current = nil
    if let doomed { _ = tree.cancel(doomed) }
    doomed = nil
    takeEnds()
  }

  private func goOn(_ task: Int, _ step: Step) {
    switch step {
    case .waiting: break
    case .finished: tree.finish(task)
    case .ready:
      if flaw != .readyGoesFirst { tell() }
      makeReady(task)
    }
  }

  private func perform(_ action: RandomProgram.Action, of task: Int, _ deadline: inout Instant?) {
    switch action {
    case .spawn(let level, let keepsOutput): spawn(level: level, keepsOutput: keepsOutput)
    case .wake(let target): wake(names.task(target))
    case .cancel(let target): cancel(names.task(target))
    case .join(let target): join(names.task(target))
    case .deadline(let nanoseconds):
      deadline = RandomProgram.deadline(of: task, after: now, nanoseconds: nanoseconds)
    case .past: deadline = RandomProgram.deadline(of: task, after: .zero, nanoseconds: 0)
    case .pass(let nanoseconds): machine.now = machine.now + .nanoseconds(nanoseconds)
    case .raise(let source): machine.raise(source: source)
    }
  }

  /// What has ended has no timer any more.
  private func takeEnds() {
    let (futures, leftovers) = tree.takeEnds()
    log.ends += futures
    log.leftovers += leftovers
    for task in futures { deadlines[task] = nil }
  }
}

/// What happened in a run.
struct RunLog: Equatable {
  var polls: [Int] = []
  var times: [Instant] = []
  var ends: [Int] = []
  var leftovers: [Int] = []
  /// What was answered to those who asked something of the reactor.
  var results: [String] = []
}

extension Sequence where Element: Hashable {
  /// Each element once, where it comes first.
  fileprivate func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
