import Buffers
public import Queues
public import Streams
public import Timing

/// The side of a `TimerService` that asks: it creates timers, and takes their ticks as a stream or as a discipline, in the
/// order in which they were due.
///
/// A timer that is due once gives its place back with its tick, others with `cancel`. What was cancelled ticks no more,
/// even if a tick was on its way. Every operation is O(1). Context: reactor.
public struct TimerClient<Task: BitwiseCopyable & Sendable, Word: SharedWord & ~Copyable>: Streams.Stream,
  Discipline,
  ~Copyable
{
  public typealias Message = TimerTick<Task>
  public typealias Failure = Never
  public typealias Work = TimerTick<Task>

  private var requests: VecLinkProducer<TimerRequest<Task>, Word>
  private var ticks: VecLinkConsumer<TimerTick<Task>, Word>
  private var places: Table<AskedTimer<Task>>
  private var firstFree: Int32 = 0
  /// Timers that will tick, or have a tick on its way.
  public private(set) var count = 0
  /// Requests that the link has room for; it may have more.
  private var room: Int

  init(
    _ timerCount: Int, _ requests: consuming VecLinkProducer<TimerRequest<Task>, Word>,
    _ ticks: consuming VecLinkConsumer<TimerTick<Task>, Word>, in arena: inout Arena
  ) throws(ArenaError) {
    places = try Table(count: timerCount, in: &arena) {
      AskedTimer(next: Int32($0 + 1 == timerCount ? -1 : $0 + 1))
    }
    room = requests.capacity
    self.requests = requests
    self.ticks = ticks
  }

  /// A timer that is due once: at once when that time is past.
  ///
  /// - Parameter slack: by how much later it may tick, so that it does so together with others.
  public mutating func create(
    once due: Instant, task: Task, slack: Duration = .zero
  ) throws(TimerError) -> TimerID {
    try create(Ticks(once: due, slack: slack), task, isOnce: true)
  }

  /// A timer that is due at `start` and whenever `interval` has passed; see `Ticks`.
  public mutating func create(
    every interval: Duration, startingAt start: Instant, task: Task, missed policy: MissedTicks = .skip,
    slack: Duration = .zero
  ) throws(TimerError) -> TimerID {
    let ticks = try Ticks(every: interval, startingAt: start, missed: policy, slack: slack)
    return try create(ticks, task, isOnce: false)
  }

  private mutating func create(_ ticks: Ticks, _ task: Task, isOnce: Bool) throws(TimerError) -> TimerID {
    guard firstFree >= 0 else { throw .full }
    guard hasRoom() else { throw .busy }
    let index = firstFree
    let place = Int(index)
    firstFree = places[place].next
    places[place].generation &+= 1
    places[place].isOnce = isOnce
    places[place].task = task
    count &+= 1
    let id = TimerID(index: index, generation: places[place].generation)
    ask(TimerRequest(id: id, task: task, ticks: ticks))
    return id
  }

  /// Takes the timer away and gives its place back; its id is stale then. Never refused for want of room.
  public mutating func cancel(_ id: TimerID) throws(TimerError) {
    guard isLive(id), let task = places[Int(id.index)].task else { throw .stale }
    release(id)
    ask(TimerRequest(id: id, task: task, ticks: Ticks(once: .never)))
  }

  /// Takes the next tick. The stream ends when the server is gone.
  public mutating func poll(at now: Instant) -> Poll<TimerTick<Task>, Never> {
    while true {
      switch ticks.poll(at: now) {
      case .ready(let tick): if take(tick.id) { return .ready(tick) }
      case .pending: return .pending
      case .ended: return .ended
      }
    }
  }

  /// Takes the next tick, whatever the limit: it has come.
  public mutating func select(_ limit: UInt64) -> TimerTick<Task>? {
    guard case .ready(let tick) = poll(at: .zero) else { return nil }
    return tick
  }

  /// Asks to be woken for the next tick; true when there is one meanwhile. See `Consumer.armWakeup`.
  public mutating func armWakeup() -> Bool { ticks.armWakeup() }

  // MARK: - Places

  private func isLive(_ id: TimerID) -> Bool {
    let index = Int(id.index)
    return UInt(bitPattern: index) < UInt(bitPattern: places.count) && id.generation & 1 == 1
      && places[index].generation == id.generation
  }

  /// Whether a tick is of a timer that is still wanted; one that is due once is finished then.
  private mutating func take(_ id: TimerID) -> Bool {
    guard isLive(id) else { return false }
    if places[Int(id.index)].isOnce { release(id) }
    return true
  }

  private mutating func release(_ id: TimerID) {
    let place = Int(id.index)
    places[place].generation &+= 1
    places[place].next = firstFree
    firstFree = id.index
    count &-= 1
  }

  // MARK: - Requests

  /// Whether there is room for one more timer's request, and its cancel, and those of all others.
  private mutating func hasRoom() -> Bool {
    if room < count &+ 2 { room = requests.capacity &- requests.count }
    return room >= count &+ 2
  }

  private mutating func ask(_ request: TimerRequest<Task>) {
    room &-= 1
    let isRefused = requests.push(request) != nil
    precondition(
      !isRefused || !requests.hasConsumers, "there was no room for a request, although it was kept")
  }
}

extension TimerClient: Sendable where Word: ~Copyable {}

/// A place of the list of timers.
struct AskedTimer<Task: BitwiseCopyable & Sendable>: Sendable {
  /// Nothing before the first timer.
  var task: Task?
  /// Of a free place the next free one, or -1.
  var next: Int32
  /// Odd while the place is used.
  var generation: UInt32 = 0
  var isOnce = false

  init(next: Int32) { self.next = next }
}
