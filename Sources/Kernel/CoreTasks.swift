import Exchange
import Reactors
import Streams
import Virtio
import VirtioTransports

// The tasks of cores other than the sessions core. A reactor's tasks are of concrete types.

/// Applies the orders of an order core.
struct ShardTask: Schedulable {
  let shard: Resident<OrderShard>

  func poll(_ context: inout CoreContext) -> TaskPoll<Void> { TaskPoll(shard.use { $0.poll(&context) }) }

  static var functions: TaskFunctions<ShardTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// Writes the journal on a core of its own.
struct JournalServiceTask: Schedulable {
  let service: Resident<JournalService<DiskPort>>

  func poll(_ context: inout CoreContext) -> TaskPoll<Void> { TaskPoll(service.use { $0.poll(&context) }) }

  static var functions: TaskFunctions<JournalServiceTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// Receives frames for the sessions core.
struct ReceiverTask: Schedulable {
  let receiver: Resident<FrameReceiver<DeviceDoorbell>>

  func poll(_ context: inout CoreContext) -> TaskPoll<Void> { TaskPoll(receiver.use { $0.poll() }) }

  static var functions: TaskFunctions<ReceiverTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// Watches over the other cores, and ticks.
struct TimersTask: Schedulable {
  let timers: Resident<TimersService>

  func poll(_ context: inout CoreContext) -> TaskPoll<Void> { TaskPoll(timers.use { $0.poll(&context) }) }

  static var functions: TaskFunctions<TimersTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}
