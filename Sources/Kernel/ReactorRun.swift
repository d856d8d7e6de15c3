import Buffers
import Exchange
import Machine
import Reactors
import Scheduling
import Streams
import Timing
import Tracing

/// How a core's reactor is to run.
struct ReactorPlan {
  let scheduler: NodeOptions.Scheduler
  let limits: ReactorLimits
  /// After how long a core that does not turn any more is taken for hanging; 0 for never.
  let watchdogMilliseconds: Int
  let policy: WatchdogPolicy
}

/// What wakes the tasks of a core, and how that is held back when it storms.
struct Wiring {
  private struct Connection: BitwiseCopyable {
    var source = 0
    var priority = 0
    var task: TaskID?
    var limit: TokenRate?
  }

  private var connections = InlineArray<12, Connection>(repeating: Connection())
  private var count = 0

  /// Lets `source` wake `task`, as `Reactor.connect` says.
  mutating func connect(source: Int, priority: Int, to task: TaskID?, limit: TokenRate? = nil) {
    connections[count] = Connection(source: source, priority: priority, task: task, limit: limit)
    count += 1
  }

  fileprivate func apply<Tasks: TaskDiscipline & ~Copyable>(to reactor: inout Reactor<Core, Tasks>) {
    for index in 0..<count {
      let connection = connections[index]
      reactor.connect(
        source: connection.source, priority: connection.priority, to: connection.task,
        limit: connection.limit)
    }
  }
}

/// Runs a core's reactor for ever, with the discipline that was chosen.
///
/// The tasks are started by a closure that does not know the discipline, so that not all of it is there once for each.
///
/// - Parameter startTasks: spawns the core's tasks and says what wakes them.
func runReactor(
  _ core: consuming Core, _ plan: ReactorPlan, in arena: inout Arena,
  startTasks: (inout CoreContext) -> Wiring
) throws(ArenaError) {
  let limits = plan.limits
  switch plan.scheduler {
  case .levels:
    serve(try Reactor<Core, PriorityLevels>(core: core, limits: limits, in: &arena), plan, startTasks)
  case .roundRobin:
    serve(try Reactor<Core, RoundRobin>(core: core, limits: limits, in: &arena), plan, startTasks)
  case .deadline:
    serve(try Reactor<Core, DeadlineTree>(core: core, limits: limits, in: &arena), plan, startTasks)
  case .fair:
    serve(try Reactor<Core, WeightedFair>(core: core, limits: limits, in: &arena), plan, startTasks)
  }
}

private func serve<Tasks: TaskDiscipline & ~Copyable>(
  _ reactor: consuming Reactor<Core, Tasks>, _ plan: ReactorPlan,
  _ startTasks: (inout CoreContext) -> Wiring
) {
  var reactor = reactor
  reactor.connect(source: InterruptSource.timer, priority: 0, to: nil)
  startTasks(&reactor.context).apply(to: &reactor)
  // Panics, the watchdog, the watch of another core and debuggers see what the core does.
  reactor.core.publish(reactor.context.record.trace)
  reactor.context.publish { running, names in reactor.core.publish(running, names: names) }
  if plan.watchdogMilliseconds > 0 {
    reactor.core.startWatchdog(
      period: .milliseconds(UInt64(plan.watchdogMilliseconds)), policy: plan.policy)
  }
  reactor.run()
}

/// Spawns one task of a core.
func spawn<Task: Schedulable>(
  _ task: Task, _ name: StaticString, _ attributes: TaskAttributes, in context: inout CoreContext
) -> TaskID where Task.Output == Void {
  guard let task = context.spawn(task, name, attributes).id() else { stopForMemory() }
  return task
}
