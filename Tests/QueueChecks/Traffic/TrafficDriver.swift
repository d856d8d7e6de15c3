public import Buffers
public import Queues
public import Reactors
import Scheduling
import Streams
import Timing

/// The first core of a run of messages between cores: it makes the queues, gives the cores their ends, and waits.
public struct TrafficDriver<Core: ReactorCore & ~Copyable>: ~Copyable {
  typealias Jobs = VecLinkProducer<TrafficOrder, HardwareWord>
  /// Sources of receivers; each run of one has its own until all have been used.
  private static var receiverSources: Range<Int> { 10..<40 }

  var reactor: TrafficReactor<Core>
  private var first: Jobs?
  private var second: Jobs?
  private var third: Jobs?
  private var wakes: InlineArray<4, CoreWake>
  /// Cores that run, this one included.
  public private(set) var coreCount = 1
  let board: Shared<TrafficBoard>
  private var placedCount: UInt64 = 0
  private var usedSources = 0

  /// - Parameters:
  ///   - timerSource: which source the cores' timers mark.
  ///   - wake: of this core.
  public init(
    _ core: consuming Core, timerSource: Int, _ wake: CoreWake, in arena: inout Arena
  ) throws(ArenaError) {
    var reactor = try TrafficStation.makeReactor(core, timerSource: timerSource, in: &arena)
    reactor.hang(Bell(), source: TrafficBoard.source)
    board = try Shared(TrafficBoard(wake: wake), in: &arena)
    self.reactor = reactor
    wakes = InlineArray(repeating: wake)
    first = nil
    second = nil
    third = nil
  }

  /// Adds another core, at most three. `start` has it run the station, and says whether it does.
  public mutating func add(
    _ wake: CoreWake, in arena: inout Arena,
    _ start: (consuming TrafficStation, inout Core, inout Arena) -> Bool
  ) throws(QueueError) -> Bool {
    precondition(coreCount < 4, "there are four cores already")
    guard let meter = try? WakeMeter(source: TrafficStation.source, wake, fault: .none, in: &arena),
      let own = try? arena.split(byteCount: TrafficStation.arenaByteCount)
    else { throw .memoryExhausted }
    let ends = try Channel<TrafficOrder>.create(
      .link, over: .vec, QueueProperties(capacity: 16, waiting: .wake(meter.hook)), in: &arena
    ).link()
    guard start(TrafficStation(ends.consumer, own), &reactor.core, &arena) else { return false }
    switch coreCount {
    case 1: first = consume ends.producer
    case 2: second = consume ends.producer
    default: third = consume ends.producer
    }
    wakes[coreCount] = wake
    coreCount += 1
    return true
  }

  /// How a core is woken.
  func wake(of core: Int) -> CoreWake { wakes[core] }

  /// The core that plays number `index` of the others: itself when there is only one.
  func other(_ index: Int) -> Int { coreCount == 1 ? 0 : 1 + index % (coreCount - 1) }

  mutating func takeSource() -> Int {
    usedSources += 1
    return Self.receiverSources.lowerBound + usedSources % Self.receiverSources.count
  }

  /// Has a core run a job, which interrupts of `source` wake.
  mutating func place(_ job: TrafficJob, on core: Int, source: Int? = nil) {
    placedCount += 1
    let order = TrafficOrder(job: job, source: source)
    var back: TrafficOrder?
    switch core {
    case 0: reactor.start(order)
    case 1: back = first!.push(order)
    case 2: back = second!.push(order)
    default: back = third!.push(order)
    }
    precondition(back == nil, "there is no room for a job")
  }

  /// Runs until all jobs are done; false when they are not by then, since somebody sleeps whom nobody woke.
  mutating func isDone(within patience: Duration) -> Bool {
    let end = reactor.core.now + patience
    let alarm = reactor.spawn(Alarm(end: end), "alarm").id()
    while board.value.done.loadAcquiring() < placedCount && reactor.core.now < end { reactor.turn() }
    if let alarm { reactor.context.cancel(alarm) }
    return board.value.done.loadAcquiring() == placedCount
  }
}

/// Ends a sleep that nothing else has ended.
private struct Alarm: Schedulable {
  static var functions: TaskFunctions<Alarm> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  let end: Instant

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    guard context.now < end else { return .finished }
    context.deadline = end
    return .waiting
  }
}
