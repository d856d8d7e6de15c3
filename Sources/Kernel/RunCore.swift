import Buffers
import Exchange
import Machine
import Reactors
import Scheduling
import Timing
import Virtio
import VirtioTransports

/// Runs a core other than the first one, with its work, for ever.
func runCore(_ core: consuming Core, _ work: consuming CoreDuty) -> Never {
  do throws(ArenaError) {
    let limits = NodeLimits.otherReactor
    switch work.scheduler {
    case .levels:
      let reactor = try Reactor<Core, PriorityLevels>(core: core, limits: limits, in: &work.arena)
      try serve(reactor, work)
    case .roundRobin:
      let reactor = try Reactor<Core, RoundRobin>(core: core, limits: limits, in: &work.arena)
      try serve(reactor, work)
    case .deadline:
      let reactor = try Reactor<Core, DeadlineTree>(core: core, limits: limits, in: &work.arena)
      try serve(reactor, work)
    case .fair:
      let reactor = try Reactor<Core, WeightedFair>(core: core, limits: limits, in: &work.arena)
      try serve(reactor, work)
    }
  } catch {
    Machine.panic("a core's memory is not enough for its tasks")
  }
  Machine.panic("a core's reactor has returned")
}

private func serve<Tasks: TaskDiscipline & ~Copyable>(
  _ reactor: consuming Reactor<Core, Tasks>, _ work: consuming CoreDuty
) throws(ArenaError) {
  var reactor = reactor
  reactor.connect(source: InterruptSource.timer, priority: 0, to: nil)
  try startTasks(&reactor, &work)
  publish(&reactor)
  if work.watchdogMilliseconds > 0 {
    reactor.core.startWatchdog(
      period: .milliseconds(UInt64(work.watchdogMilliseconds)), policy: work.policy)
  }
  reactor.run()
}

/// Spawns a task for each thing that the core has to do, and says which interrupts wake it.
private func startTasks<Tasks: TaskDiscipline & ~Copyable>(
  _ reactor: inout Reactor<Core, Tasks>, _ work: inout CoreDuty
) throws(ArenaError) {
  if let service = work.journal.take() {
    let task = JournalServiceTask(service: try Resident(service, in: &work.arena))
    let id = spawn(task, "journal", NodeRole.journal.attributes, in: &reactor.context)
    reactor.core.setMaskOf(source: InterruptSource.disk, work.diskMask)
    reactor.connect(source: InterruptSource.disk, priority: 0, to: id, limit: NodeRole.journal.limit)
    reactor.connect(source: InterruptSource.journal, priority: 0, to: id)
  }
  if let receiver = work.receiver.take() {
    let task = ReceiverTask(receiver: try Resident(receiver, in: &work.arena))
    let id = spawn(task, "receiver", NodeRole.network.attributes, in: &reactor.context)
    reactor.core.setMaskOf(source: InterruptSource.network, work.networkMask)
    reactor.connect(source: InterruptSource.network, priority: 1, to: id, limit: NodeRole.network.limit)
  }
  if let shard = work.shard.take() {
    let task = ShardTask(shard: try Resident(shard, in: &work.arena))
    let id = spawn(task, "orders", NodeRole.network.attributes, in: &reactor.context)
    reactor.connect(source: InterruptSource.orders, priority: 1, to: id)
  }
  if let timers = work.timers.take() {
    let task = TimersTask(timers: try Resident(timers, in: &work.arena))
    let id = spawn(task, "timers", NodeRole.notices.attributes, in: &reactor.context)
    reactor.connect(source: InterruptSource.hang, priority: 2, to: id)
  }
}

func spawn<Task: Schedulable>(
  _ task: Task, _ name: StaticString, _ attributes: TaskAttributes, in context: inout CoreContext
) -> TaskID where Task.Output == Void {
  guard let task = context.spawn(task, name, attributes).id() else { stopForMemory() }
  return task
}

/// Lets panics, the watchdog, the watch of another core and debuggers see what the core does.
func publish<Tasks: TaskDiscipline & ~Copyable>(_ reactor: inout Reactor<Core, Tasks>) {
  reactor.core.publish(reactor.context.record.trace)
  reactor.context.publish { running, names in reactor.core.publish(running, names: names) }
}
