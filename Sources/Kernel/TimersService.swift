import Exchange
import Machine
import Queues
import Reactors
import Scheduling
import Streams
import Timing

/// What the core with the timers says to the sessions core.
enum TimersNotice: Sendable {
  /// A period of the balancer is over.
  case tick
  /// A core hangs, or turns again.
  case core(CoreEvent)
}

/// That the sessions core wants to be ticked once.
struct TickRequest: BitwiseCopyable, Sendable {}

/// The timers of a node on several cores: the watch over the other cores, and the balancer's clock.
struct TimersService: ~Copyable, Sendable {
  private var watch: CoreWatch?
  private var others = OtherCores()
  private let tickPeriod: Duration
  private var nextTick = Instant.never
  /// The sessions core asks for each tick, so that there are none while nothing flows; nothing when none are wanted.
  private var tickRequests: VecLinkConsumer<TickRequest, HardwareWord>?
  private var notices: VecLinkProducer<TimersNotice, HardwareWord>

  /// - Parameters:
  ///   - watched: a bit for each core that is watched.
  ///   - watchPeriod: nothing when no core is.
  ///   - tickPeriod: of the balancer: how long after it is asked for a tick comes.
  init(
    watching watched: UInt16, watchPeriod: Duration?, tickPeriod: Duration,
    _ tickRequests: consuming VecLinkConsumer<TickRequest, HardwareWord>?,
    _ notices: consuming VecLinkProducer<TimersNotice, HardwareWord>
  ) {
    if let watchPeriod, watched != 0 { watch = CoreWatch(watching: watched, period: watchPeriod) }
    self.tickPeriod = tickPeriod
    self.tickRequests = tickRequests
    self.notices = notices
  }

  /// Says what is due. The sessions core takes a notice before it asks for another tick, and a core hangs once, so there
  /// is always room.
  mutating func poll(_ context: inout CoreContext) -> TaskStatus {
    let now = context.now
    while tickRequests != nil, case .ready = tickRequests!.poll(at: now) { nextTick = now + tickPeriod }
    if now >= nextTick {
      nextTick = .never
      say(.tick)
    }
    while let event = watch?.poll(at: now, &others) { say(.core(event)) }
    context.deadline = min(nextTick, watch?.nextDeadline ?? .never)
    return tickRequests != nil && tickRequests!.armWakeup() ? .ready : .waiting
  }

  private mutating func say(_ notice: TimersNotice) {
    guard notices.push(notice) == nil else { Machine.panic("no room for what the timers say") }
  }
}
