import Reactors
import Scheduling
import TestSupport
import Timing

/// A reactor's task tree and the model of it, side by side.
struct TreeRun: ~Copyable {
  private var reactor: Reactor<ManualCore, PriorityLevels>
  private let stage = Stage()
  private var model: TreeModel
  /// Runs so far; from it follows in which state each task waits.
  private var runs = 0
  /// Whatever was not as the model says.
  private(set) var differences: [String] = []

  /// Room for `taskCount` tasks and not one more.
  init(taskCount: Int, order: TreeModel.Order, _ memory: TestArena) throws {
    reactor = try Reactor(core: ManualCore(), limits: ReactorLimits(taskCount: taskCount), in: &memory.arena)
    model = TreeModel(order: order)
  }

  /// Grows the tree; task 2 keeps its output, and half of them wait for a time.
  mutating func grow(_ shape: [Int]) {
    runs += 1
    let stage = stage
    let deadline = reactor.core.now + .seconds(1)
    for task in 0...shape.count {
      let patient = isPatient(task)
      stage.once(task) { context in
        if patient { context.deadline = deadline }
        return .waiting
      }
    }
    reactor.spawn(0, on: stage)
    model.spawn(0, under: -1, keepsOutput: false)
    for (index, parent) in shape.enumerated() {
      let patient = isPatient(parent)
      reactor.play(parent, on: stage) { context in
        stage.spawn(index + 1, in: &context, keepsOutput: index == 1)
        if patient { context.deadline = deadline }
        return .waiting
      }
      model.spawn(index + 1, under: parent, keepsOutput: index == 1)
    }
    reactor.turn()
    _ = stage.takePolls()
  }

  /// Cancels a task between polls; some of the tasks are ready then.
  mutating func cancel(_ task: Int) {
    for other in model.tasks where isImpatient(other) { wake(other) }
    let isThere = reactor.context.cancel(stage.id(task))
    let expected = model.cancel(task)
    check(isThere == expected, "cancel \(task)")
    compare("cancel \(task)")
  }

  /// Lets `actor` cancel these tasks in a poll, and spawn one before that.
  mutating func play(_ actor: Int, spawns: Int? = nil, cancels: [Int], _ step: Step) {
    let stage = stage
    var results: [Bool] = []
    stage.once(actor) { context in
      if let spawns { stage.spawn(spawns, in: &context) }
      results = cancels.map { context.cancel(stage.id($0)) }
      return step
    }
    reactor.wake(stage.id(actor))
    if let spawns {
      model.spawn(spawns, under: actor, keepsOutput: false)
      model.wake(spawns)
    }
    let expected = model.play(actor, cancels: cancels, step)
    reactor.settle()
    check(results == expected, "\(actor) cancels \(cancels): \(results)")
    check(stage.polls.first == actor, "\(actor) was not polled")
    compare("\(actor) cancels \(cancels), \(step)", besides: actor)
  }

  /// Ends whatever is left, and sees that nothing of it ever happens again.
  mutating func clear() {
    if reactor.context.cancel(stage.id(0)) { _ = model.cancel(0) }
    compare("clear")
    for child in stage.children.values {
      reactor.wake(child.id)
      let isThere = reactor.context.cancel(child.id)
      check(!isThere, "a task that is gone was cancelled")
    }
    let isEmpty = reactor.context.taskCount == 0
    check(isEmpty, "a slot is missing")
    reactor.core.now = reactor.core.now + .seconds(2)
    reactor.settle()
    let isAsleep = reactor.core.armed == .never
    check(isAsleep, "a timer is left")
    check(stage.takePolls() == [], "a task that is gone was polled")
  }

  private mutating func wake(_ task: Int) {
    reactor.wake(stage.id(task))
    model.wake(task)
  }

  /// Whoever is polled now, and has ended, is so in the model.
  private mutating func compare(_ event: String, besides actor: Int? = nil) {
    reactor.settle()
    let expected = (model.takeWoken() + (actor.map { [$0] } ?? [])).sorted()
    let polls = stage.takePolls().sorted()
    check(polls == expected, "\(event): polled \(polls), not \(expected)")
    let (futures, leftovers) = model.takeEnds()
    let ends = stage.takeEnds()
    check(ends == futures, "\(event): ended \(ends), not \(futures)")
    let dropped = stage.takeLeftovers()
    check(dropped == leftovers, "\(event): dropped the outputs of \(dropped), not of \(leftovers)")
    let isEveryoneThere = reactor.context.taskCount == model.tasks.count
    check(isEveryoneThere, "\(event): a wrong number of tasks")
  }

  private mutating func check(_ isRight: Bool, _ difference: @autoclosure () -> String) {
    if !isRight { differences.append(difference()) }
  }

  private func isPatient(_ task: Int) -> Bool { runs >> task & 1 == 0 }
  private func isImpatient(_ task: Int) -> Bool { (runs >> 2 &+ task) % 3 == 0 }

  var tasks: [Int] { model.tasks }
  func isLive(_ task: Int) -> Bool { model.isLive(task) }
}
