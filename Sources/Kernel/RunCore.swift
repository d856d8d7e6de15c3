import Buffers
import Exchange
import Machine
import Reactors
import Virtio
import VirtioTransports

/// Runs a core other than the first one, with its duty, for ever.
func runCore(_ core: consuming Core, _ duty: consuming CoreDuty) -> Never {
  core.setControl(ofSource: InterruptSource.disk, duty.diskControl)
  core.setControl(ofSource: InterruptSource.network, duty.networkControl)
  let tasks = duty.tasks
  do throws(ArenaError) {
    try runReactor(core, duty.plan, in: &duty.arena) { startTasks(tasks, in: &$0) }
  } catch {
    Machine.panic("a core's memory is not enough for its tasks")
  }
  Machine.panic("a core's reactor has returned")
}

/// Spawns a task for each thing that the core has to do, and says which interrupts wake it.
private func startTasks(_ tasks: DutyTasks, in context: inout CoreContext) -> Wiring {
  var wiring = Wiring()
  if let service = tasks.journal {
    let task = spawn(
      JournalServiceTask(service: service), "journal", NodeRole.journal.attributes, in: &context)
    wiring.connect(source: InterruptSource.disk, priority: 0, to: task, limit: NodeRole.journal.limit)
    wiring.connect(source: InterruptSource.journal, priority: 0, to: task)
  }
  if let receiver = tasks.receiver {
    let task = spawn(
      ReceiverTask(receiver: receiver), "receiver", NodeRole.network.attributes, in: &context)
    wiring.connect(source: InterruptSource.network, priority: 1, to: task, limit: NodeRole.network.limit)
  }
  if let shard = tasks.shard {
    let task = spawn(ShardTask(shard: shard), "orders", NodeRole.network.attributes, in: &context)
    wiring.connect(source: InterruptSource.orders, priority: 1, to: task)
  }
  if let timers = tasks.timers {
    let task = spawn(TimersTask(timers: timers), "timers", NodeRole.notices.attributes, in: &context)
    wiring.connect(source: InterruptSource.timers, priority: 2, to: task)
  }
  return wiring
}
