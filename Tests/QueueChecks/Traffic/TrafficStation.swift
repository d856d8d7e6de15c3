public import Buffers
import Queues
public import Reactors
import Scheduling
import Streams
import Timing

/// One of the other cores: it runs the jobs that the first one sends, until that is gone.
public struct TrafficStation: Sendable, ~Copyable {
  static let source = 61
  private var jobs: VecLinkConsumer<TrafficOrder, HardwareWord>
  private var arena: Arena

  init(_ jobs: consuming VecLinkConsumer<TrafficOrder, HardwareWord>, _ arena: consuming Arena) {
    self.jobs = jobs
    self.arena = arena
  }

  /// Memory of a core's own.
  static let arenaByteCount = 1 << 20

  /// Runs in `core`; its timer marks `timerSource`.
  public consuming func run<Core: ReactorCore & ~Copyable>(on core: consuming Core, timerSource: Int)
    throws(ArenaError)
  {
    var reactor = try Self.makeReactor(core, timerSource: timerSource, in: &arena)
    reactor.hang(Bell(), source: Self.source)
    while true {
      switch jobs.poll(at: .zero) {
      case .ready(let order): reactor.start(order)
      case .pending: if !jobs.armWakeup() { reactor.turn() }
      case .ended: return
      }
    }
  }

  static func makeReactor<Core: ReactorCore & ~Copyable>(
    _ core: consuming Core, timerSource: Int, in arena: inout Arena
  ) throws(ArenaError) -> TrafficReactor<Core> {
    let limits = ReactorLimits(taskCount: 16, taskByteCount: 64, pollsPerTurn: 1)
    var reactor = try TrafficReactor(core: core, limits: limits, in: &arena)
    reactor.connect(source: timerSource, priority: 0, to: nil)
    reactor.readClock()
    return reactor
  }
}

/// What a source wakes whose news is outside of the reactor: its poll ends the turn, and whoever takes turns looks.
struct Bell: Schedulable {
  static var functions: TaskFunctions<Bell> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }
}

extension Reactor where Core: ~Copyable, Tasks: ~Copyable {
  mutating func hang(_ bell: Bell, source: Int) {
    connect(source: source, priority: 0, to: spawn(bell, "bell").id())
  }
}
