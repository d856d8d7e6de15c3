import Buffers
import Machine
import Queues
import Reactors
import Streams
import Timers
import Timing

typealias AskingClient = TimerClient<TaskID, HardwareWord>
typealias ServingServer = TimerServer<TaskID, HardwareWord>

/// What a `TimerAsker` has seen of its timers.
struct TimerLog: ~Copyable {
  /// Ticks by how late they were taken, in nanoseconds; the last place has all that were later.
  private var lateness: Table<UInt32>
  private(set) var takenCount = 0
  private(set) var worst = Duration.zero
  private(set) var earlyCount: UInt64 = 0
  var isDone = false

  init(in arena: inout Arena) throws(ArenaError) {
    lateness = try Table(repeating: 0, count: 1 << 16, in: &arena)
  }

  mutating func note(_ due: Instant, takenAt now: Instant) {
    if now < due { earlyCount += 1 }
    let late = now.since(due)
    worst = max(worst, late)
    lateness[min(Int(late.nanoseconds), lateness.count - 1)] += 1
    takenCount += 1
  }

  /// Half of the ticks were no later than this.
  var median: UInt64 {
    var seen = 0
    for nanoseconds in 0..<lateness.count {
      seen += Int(lateness[nanoseconds])
      if seen * 2 >= takenCount { return UInt64(nanoseconds) }
    }
    return 0
  }
}

/// A task that creates many timers, due at random within some time, and takes their ticks.
struct TimerAsker: Schedulable, ~Copyable {
  static let timerCount = 10_000
  /// Until the first may be due: all are created by then.
  static let head = Duration.milliseconds(400)
  static var functions: TaskFunctions<TimerAsker> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  private var client: AskingClient
  private let log: Resident<TimerLog>
  private let spread: Duration
  private var start: Instant
  private var createdCount = 0
  private var random = Random(state: 0xD1B5_4A32_D192_ED03)

  init(_ client: consuming AskingClient, _ log: Resident<TimerLog>, over spread: Duration) {
    self.client = client
    self.log = log
    self.spread = spread
    start = Self.now + Self.head
  }

  /// The core's own clock, since a copy would not be corrected.
  private static var now: Instant { Clock.lineOfCore.instant(of: TimestampCounter.read()) }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    guard let me = context.current, !log.value.isDone else { return .finished }
    createSome(me)
    while case .ready(let tick) = client.poll(at: context.now) {
      log.use { $0.note(tick.tick.due, takenAt: Self.now) }
    }
    let end = start + spread + .seconds(2)
    if log.value.takenCount == Self.timerCount || context.now >= end {
      log.use { $0.isDone = true }
      // A sleep that ends ends the turn: so whoever takes turns sees it.
      context.deadline = context.now + .milliseconds(20)
      return .waiting
    }
    if createdCount < Self.timerCount { return .ready }
    context.deadline = end
    return client.armWakeup() ? .ready : .waiting
  }

  private mutating func createSome(_ me: TaskID) {
    var left = min(64, Self.timerCount - createdCount)
    while left > 0 {
      let due = start + .nanoseconds(UInt64(random.next(below: Int(spread.nanoseconds))))
      do throws(TimerError) {
        _ = try client.create(once: due, task: me)
      } catch {
        return
      }
      createdCount += 1
      left -= 1
    }
  }
}

/// A core that does nothing but keep time for another.
struct TimerCore: CoreProgram, ~Copyable {
  static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }

  private let server: ServingServer
  private var arena: Arena

  init(_ server: consuming ServingServer, _ arena: consuming Arena) {
    self.server = server
    self.arena = arena
  }

  consuming func run(on core: consuming Core) -> Never {
    do throws(ArenaError) {
      var reactor = try TimerPlaces.makeReactor(core, in: &arena)
      let task = try TimerTask(server, in: &arena)
      TimerPlaces.spawn(task, "timers", source: TimerPlaces.requestSource, &reactor)
      reactor.run()
    } catch {}
    Machine.panic("the arena of the timers' core is too small")
  }
}
