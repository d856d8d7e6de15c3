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
  let scheduler: NodeOptions.Scheduler
  let watchdogMilliseconds: Int
  let policy: WatchdogPolicy
  var shard: Resident<OrderShard>?
  var journal: Resident<JournalService<DiskPort>>?
  var diskMask = InterruptMask.none
  var receiver: Resident<FrameReceiver<PCIDoorbell>>?
  var networkMask = InterruptMask.none
  var timers: Resident<TimersService>?

  init(arena: consuming Arena, options: NodeOptions, policy: WatchdogPolicy) {
    self.arena = arena
    scheduler = options.scheduler
    watchdogMilliseconds = options.watchdogMilliseconds
    self.policy = policy
  }
}

typealias DutySender = VecLinkProducer<CoreDuty, HardwareWord>

/// A core that was started and waits for its work, for ever if it gets none.
struct WaitingCore: CoreProgram, ~Copyable {
  private var work: VecLinkConsumer<CoreDuty, HardwareWord>

  init(_ work: consuming VecLinkConsumer<CoreDuty, HardwareWord>) { self.work = work }

  static var entry: CoreEntry<WaitingCore> { CoreEntry { $0.run() } }

  consuming func run(on core: consuming Core) -> Never {
    while true {
      if case .ready(let work) = work.poll(at: core.now) { runCore(core, work) }
      if work.armWakeup() { continue }
      core.haltUnlessPending()
      while core.pendingSources & 1 << UInt64(InterruptSource.work) != 0 {
        _ = core.take(source: InterruptSource.work)
      }
    }
  }
}
