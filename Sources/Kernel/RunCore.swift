import Buffers
import Exchange
import Machine
import Reactors
import Scheduling
import Timing
import Virtio
import VirtioTransports

/// Runs a core other than the first one, with its duty, for ever.
func runCore(_ core: consuming Core, _ duty: consuming CoreDuty) -> Never {
  do throws(ArenaError) {
    let limits = NodeLimits.otherReactor
    switch duty.scheduler {
    case .levels:
      let reactor = try Reactor<Core, PriorityLevels>(core: core, limits: limits, in: &duty.arena)
      serve(reactor, duty)
    case .roundRobin:
      let reactor = try Reactor<Core, RoundRobin>(core: core, limits: limits, in: &duty.arena)
      serve(reactor, duty)
    case .deadline:
      let reactor = try Reactor<Core, DeadlineTree>(core: core, limits: limits, in: &duty.arena)
      serve(reactor, duty)
    case .fair:
      let reactor = try Reactor<Core, WeightedFair>(core: core, limits: limits, in: &duty.arena)
      serve(reactor, duty)
    }
  } catch {
    Machine.panic("a core's memory is not enough for its tasks")
  }
  Machine.panic("a core's reactor has returned")
}

private func serve<Tasks: TaskDiscipline & ~Copyable>(
  _ reactor: consuming Reactor<Core, Tasks>, _ duty: borrowing CoreDuty
) {
  var reactor = reactor
  reactor.connect(source: InterruptSource.timer, priority: 0, to: nil)
  startTasks(&reactor, duty)
  publish(&reactor)
  if duty.watchdogMilliseconds > 0 {
    reactor.core.startWatchdog(
      period: .milliseconds(UInt64(duty.watchdogMilliseconds)), policy: duty.policy)
  }
  reactor.run()
}

/// Spawns a task for each thing that the core has to do, and says which interrupts wake it.
private func startTasks<Tasks: TaskDiscipline & ~Copyable>(
  _ reactor: inout Reactor<Core, Tasks>, _ duty: borrowing CoreDuty
) {
  if let service = duty.journal {
    let id = spawn(
      JournalServiceTask(service: service), "journal", NodeRole.journal.attributes, in: &reactor.context)
    reactor.core.setMaskOf(source: InterruptSource.disk, duty.diskMask)
    reactor.connect(source: InterruptSource.disk, priority: 0, to: id, limit: NodeRole.journal.limit)
    reactor.connect(source: InterruptSource.journal, priority: 0, to: id)
  }
  if let receiver = duty.receiver {
    let id = spawn(
      ReceiverTask(receiver: receiver), "receiver", NodeRole.network.attributes, in: &reactor.context)
    reactor.core.setMaskOf(source: InterruptSource.network, duty.networkMask)
    reactor.connect(source: InterruptSource.network, priority: 1, to: id, limit: NodeRole.network.limit)
  }
  if let shard = duty.shard {
    let id = spawn(ShardTask(shard: shard), "orders", NodeRole.network.attributes, in: &reactor.context)
    reactor.connect(source: InterruptSource.orders, priority: 1, to: id)
  }
  if let timers = duty.timers {
    let id = spawn(TimersTask(timers: timers), "timers", NodeRole.notices.attributes, in: &reactor.context)
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
