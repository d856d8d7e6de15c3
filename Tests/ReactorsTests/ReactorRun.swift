import Reactors
import Scheduling
import TestSupport
import Timing

/// A reactor whose tasks follow a random program.
struct ReactorRun<Tasks: TaskDiscipline & ~Copyable>: ~Copyable {
  private var reactor: Reactor<ManualCore, Tasks>
  let stage = Stage()
  private let player: Player

  init(_ program: RandomProgram, taskCount: Int, pollCount: Int, _ memory: TestArena) throws {
    let limits = ReactorLimits(taskCount: taskCount, pollsPerTurn: pollCount)
    let core = ManualCore(timerSource: 63)
    player = Player(program, stage, core.machine)
    reactor = try Reactor(core: core, limits: limits, in: &memory.arena)
    for source in 0..<RandomProgram.sourceCount { reactor.connect(source: source, priority: source, to: nil) }
  }

  var now: Instant { reactor.core.now }

  mutating func turn() -> Bool { reactor.turn() }

  func takeLog() -> RunLog {
    RunLog(
      polls: stage.takePolls(), times: stage.takeTimes(), ends: stage.takeEnds(),
      leftovers: stage.takeLeftovers(), results: player.takeResults())
  }

  /// Does something from outside of polls to the reactor and to the model of it.
  mutating func disturb(_ model: ReactorModel, _ random: inout SeededRandom) {
    let target = Int.random(in: 0..<TaskNames.targetCount, using: &random)
    let task = model.names.task(target)
    let source = Int.random(in: 0..<RandomProgram.sourceCount, using: &random)
    switch Int.random(in: 0..<16, using: &random) {
    case 0, 1:
      player.spawn(level: target % RandomProgram.levelCount, keepsOutput: true, &reactor.context)
      model.spawn(level: target % RandomProgram.levelCount, keepsOutput: true)
    case 2...5:
      player.wake(task, &reactor.context)
      model.wake(task)
    case 6 where target > 9:
      player.cancel(task, &reactor.context)
      model.cancel(task)
    case 7...9:
      reactor.core.raise(source: source)
      model.machine.raise(source: source)
    case 10, 11:
      let time = reactor.core.now + .nanoseconds(UInt64(target) * 1_000)
      reactor.core.machine.plan(source: source, at: time)
      model.machine.plan(source: source, at: time)
    case 12...:
      guard let child = stage.children[task] else { return }
      reactor.connect(source: source, priority: source, to: child.id)
      model.connect(source: source, to: task)
    default: break
    }
  }
}

/// Performs the program's actions on a reactor.
private final class Player {
  private let program: RandomProgram
  private let stage: Stage
  private let machine: ManualMachine
  private var names = TaskNames()
  private var pollCounts: [Int: Int] = [:]
  private var results: [String] = []

  init(_ program: RandomProgram, _ stage: Stage, _ machine: ManualMachine) {
    self.program = program
    self.stage = stage
    self.machine = machine
  }

  func takeResults() -> [String] {
    defer { results = [] }
    return results
  }

  func spawn(level: Int, keepsOutput: Bool, _ context: inout CoreContext) {
    let task = names.next
    stage.scripts[task] = { [unowned self] context in poll(task, &context) }
    let hasRoom = stage.spawn(
      task, in: &context, TaskAttributes(level: UInt8(level)), keepsOutput: keepsOutput)
    results.append("spawn \(task) \(hasRoom)")
    if hasRoom { names.add(slot: stage.id(task).slot) }
  }

  func wake(_ task: Int, _ context: inout CoreContext) {
    if let child = stage.children[task] { context.wake(child.id) }
  }

  func cancel(_ task: Int, _ context: inout CoreContext) {
    let isThere = stage.children[task].map { context.cancel($0.id) } ?? false
    results.append("cancel \(task) \(isThere)")
  }

  private func poll(_ task: Int, _ context: inout CoreContext) -> Step {
    let index = pollCounts[task, default: 0]
    pollCounts[task] = index + 1
    let (actions, step) = program.poll(index, of: task)
    for action in actions { perform(action, of: task, &context) }
    return step
  }

  private func perform(_ action: RandomProgram.Action, of task: Int, _ context: inout CoreContext) {
    switch action {
    case .spawn(let level, let keepsOutput): spawn(level: level, keepsOutput: keepsOutput, &context)
    case .wake(let target): wake(names.task(target), &context)
    case .cancel(let target): cancel(names.task(target), &context)
    case .join(let target):
      let task = names.task(target)
      let joined = stage.join(task, in: &context)
      results.append("join \(task) \(joined)")
    case .deadline(let nanoseconds):
      context.deadline = RandomProgram.deadline(of: task, after: context.now, nanoseconds: nanoseconds)
    case .past: context.deadline = RandomProgram.deadline(of: task, after: .zero, nanoseconds: 0)
    case .pass(let nanoseconds): machine.now = machine.now + .nanoseconds(nanoseconds)
    case .raise(let source): machine.raise(source: source)
    }
  }
}
