import Buffers
import Exchange
import Machine
import Queues
import Reactors
import Scheduling
import Streams
import Timing
import Virtio
import VirtioTransports

/// What a core other than the first one is for, with all that it owns from then on.
///
/// It is put together at boot, in memory of the core's node; nobody touches it or what it names any more once it is given.
struct CoreDuty: ~Copyable, @unchecked Sendable {
  /// What a core's reactor and tasks are carved from.
  static let arenaByteCount = 512 << 10

  var arena: Arena
  let plan: ReactorPlan
  var tasks = DutyTasks()
  var diskControl = InterruptControl.none
  var networkControl = InterruptControl.none

  init(arena: consuming Arena, options: NodeOptions, policy: WatchdogPolicy) {
    self.arena = arena
    plan = ReactorPlan(
      scheduler: options.scheduler, limits: NodeLimits.otherReactor,
      watchdogMilliseconds: options.watchdogMilliseconds, policy: policy)
  }
}

/// What the tasks of a core work on, if it has them.
struct DutyTasks {
  var shard: Resident<OrderShard>?
  var journal: Resident<JournalService<DiskPort>>?
  var receiver: Resident<FrameReceiver<DeviceDoorbell>>?
  var timers: Resident<TimersService>?
}

typealias DutySender = VecLinkProducer<CoreDuty, HardwareWord>

/// A core that was started and waits for its duty, for ever if it gets none.
struct WaitingCore: CoreProgram, ~Copyable {
  private var duty: VecLinkConsumer<CoreDuty, HardwareWord>

  init(_ duty: consuming VecLinkConsumer<CoreDuty, HardwareWord>) { self.duty = duty }

  static var entry: CoreEntry<WaitingCore> { CoreEntry { $0.run() } }

  consuming func run(on core: consuming Core) -> Never {
    while true {
      if case .ready(let duty) = duty.poll(at: core.now) { runCore(core, duty) }
      if duty.armWakeup() { continue }
      core.haltUnlessPending()
      while core.pendingSources & 1 << UInt64(InterruptSource.duty) != 0 {
        _ = core.take(source: InterruptSource.duty)
      }
    }
  }
}
