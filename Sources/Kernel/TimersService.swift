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

/// The timers of a node on several cores: the watch over the other cores, and the balancer's clock.
struct TimersService: ~Copyable, Sendable {
  private var watch: CoreWatch?
  private var others = OtherCores()
  private let tickPeriod: Duration
  private var nextTick: Instant
  private var notices: VecLinkProducer<TimersNotice, HardwareWord>

  /// - Parameters:
  ///   - watched: a bit for each core that is watched.
  ///   - watchPeriod: nothing when no core is.
  ///   - tickPeriod: of the balancer; nothing when it is off.
  init(
    watching watched: UInt16, watchPeriod: Duration?, tickPeriod: Duration?, from now: Instant,
    _ notices: consuming VecLinkProducer<TimersNotice, HardwareWord>
  ) {
    if let watchPeriod, watched != 0 { watch = CoreWatch(watching: watched, period: watchPeriod) }
    self.tickPeriod = tickPeriod ?? .zero
    nextTick = tickPeriod.map { now + $0 } ?? .never
    self.notices = notices
  }

  /// Says what is due. A notice that finds no room is a tick too many: the sessions core is behind.
  mutating func poll(_ context: inout CoreContext) -> TaskStatus {
    let now = context.now
    if now >= nextTick {
      _ = notices.push(.tick)
      // Ticks that were missed are not made up for.
      nextTick = now + tickPeriod
    }
    while let event = watch?.poll(at: now, &others) { _ = notices.push(.core(event)) }
    context.deadline = min(nextTick, watch?.nextDeadline ?? .never)
    return .waiting
  }
}
