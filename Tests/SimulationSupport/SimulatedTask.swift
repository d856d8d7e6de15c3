import Reactors

/// A task of the simulated node: what it does when it is polled is given when it is made.
struct SimulatedTask: Schedulable {
  let work: (inout CoreContext) -> TaskStatus

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { TaskPoll(work(&context)) }

  static var functions: TaskFunctions<SimulatedTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}
