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
  public consuming func run<Core: ReactorCore & ~Copyable>(on core: consuming Core, timerSource: Int) throws(ArenaError) {
    var reactor = try Self.makeReactor(core, timerSource: timerSource, in: &arena)
    reactor.connect(source: Self.source, priority: 0, to: nil)
    while true {
      switch jobs.poll(at: .zero) {
      case .ready(let job): job.start(in: &reactor)
      case .pending: if !jobs.armWakeup() { reactor.turn() }
      case .ended: return
      }
    }
  }

  static func makeReactor<Core: ReactorCore & ~Copyable>(
    _ core: consuming Core, timerSource: Int, in arena: inout Arena
  ) throws(ArenaError) -> TrafficReactor<Core> {
    let limits = ReactorLimits(taskCount: 16, taskByteCount: MemoryLayout<TrafficJob>.stride)
    var reactor = try TrafficReactor(core: core, limits: limits, in: &arena)
    reactor.connect(source: timerSource, priority: 0, to: nil)
    reactor.readClock()
    return reactor
  }
}
