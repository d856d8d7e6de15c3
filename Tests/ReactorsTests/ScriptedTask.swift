import Reactors
import Scheduling
import Streams
import TestSupport
import Timing

/// What a scripted poll says.
enum Step: CaseIterable {
  case waiting
  case ready
  case finished
}

/// What a scripted task leaves behind; writes down when it is dropped.
struct Leftover: ~Copyable {
  let number: Int
  private let stage: Stage

  init(number: Int, stage: Stage) {
    self.number = number
    self.stage = stage
  }

  deinit { stage.leftoversDropped.append(number) }
}

/// A task that does what its stage says under its number, and writes down its polls and its end.
struct ScriptedTask: Schedulable, ~Copyable {
  let number: Int
  private let stage: Stage

  init(number: Int, stage: Stage) {
    self.number = number
    self.stage = stage
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Leftover> {
    switch stage.poll(number, &context) {
    case .waiting: .waiting
    case .ready: .ready
    case .finished: .finished(Leftover(number: number, stage: stage))
    }
  }

  deinit { stage.ends.append(number) }

  static var functions: TaskFunctions<ScriptedTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// What joining gave.
enum Joined: Equatable {
  /// The leftover of this task, which has been dropped meanwhile.
  case leftover(Int)
  case pending
  case gone
}

/// Where scripted tasks play: what each is to do, and what they did.
final class Stage {
  typealias Script = (inout CoreContext) -> Step

  /// What a task does in each of its polls; it waits when there is nothing for it.
  var scripts: [Int: Script] = [:]
  private(set) var polls: [Int] = []
  private(set) var times: [Instant] = []
  /// Futures dropped, in order.
  var ends: [Int] = []
  var leftoversDropped: [Int] = []
  /// The names of tasks spawned here, by number.
  var children: [Int: Child<Leftover>] = [:]

  func poll(_ number: Int, _ context: inout CoreContext) -> Step {
    polls.append(number)
    times.append(context.now)
    return scripts[number]?(&context) ?? .waiting
  }

  /// The name of a task spawned here.
  func id(_ number: Int) -> TaskID { children[number]!.id }

  /// Lets a task do something in its next poll only.
  func once(_ number: Int, _ script: @escaping Script) {
    scripts[number] = { [unowned self] context in
      scripts[number] = nil
      return script(&context)
    }
  }

  /// Spawns the task of this number in a poll.
  ///
  /// - Returns: false when the table is full.
  @discardableResult
  func spawn(
    _ number: Int, in context: inout CoreContext, _ attributes: TaskAttributes = TaskAttributes(),
    keepsOutput: Bool = false
  ) -> Bool {
    let task = ScriptedTask(number: number, stage: self)
    switch context.spawn(task, "scripted", attributes, keepsOutput: keepsOutput) {
    case .child(let child):
      children[number] = child
      return true
    case .full(let task):
      precondition(task.number == number, "another future came back")
      return false
    }
  }

  /// Joins the task of this number.
  func join(_ number: Int, in context: inout CoreContext) -> Joined {
    guard let child = children[number] else { return .gone }
    switch context.join(child) {
    case .ready(let leftover): return .leftover(leftover.number)
    case .pending: return .pending
    case .failed: return .gone
    case .ended: return .gone
    }
  }

  /// What the tasks have written down since it was asked last.
  func takePolls() -> [Int] {
    defer { polls = [] }
    return polls
  }

  func takeEnds() -> [Int] {
    defer { ends = [] }
    return ends
  }

  func takeLeftovers() -> [Int] {
    defer { leftoversDropped = [] }
    return leftoversDropped
  }

  func takeTimes() -> [Instant] {
    defer { times = [] }
    return times
  }
}

extension Reactor where Core == ManualCore, Tasks: ~Copyable {
  /// Spawns the task of this number under no other.
  mutating func spawn(_ number: Int, on stage: Stage, _ attributes: TaskAttributes = TaskAttributes()) {
    precondition(stage.spawn(number, in: &context, attributes), "the task table is full")
  }

  /// Turns until the core has slept.
  mutating func settle() {
    for _ in 0..<1_000 where turn() { return }
    preconditionFailure("the reactor does not come to rest")
  }

  /// Polls a waiting task, which does this.
  mutating func play(_ number: Int, on stage: Stage, _ script: @escaping Stage.Script) {
    stage.once(number, script)
    wake(stage.id(number))
    settle()
  }
}
