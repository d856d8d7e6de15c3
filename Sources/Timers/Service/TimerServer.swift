import Buffers
public import Queues
import Streams
public import Timing

/// The side of a `TimerService` that keeps the time. Whoever has it serves when it is woken and when `nextDeadline` has
/// come. Context: reactor.
public struct TimerServer<Task: BitwiseCopyable & Sendable, Word: SharedWord & ~Copyable>: ~Copyable {
  /// How soon a tick that found no room is tried again: the client does not say when it has taken one.
  public static var retry: Duration { .microseconds(20) }

  private var requests: VecLinkConsumer<TimerRequest<Task>, Word>
  private var ticks: VecLinkProducer<TimerTick<Task>, Word>
  private var timers: Table<ServedTimer<Task>>
  private var wheel: TimerWheel
  /// A tick that found no room.
  private var waiting: TimerTick<Task>?
  private var retryDeadline = Instant.never
  /// Whether the client is gone.
  public private(set) var isOver = false

  init(
    _ timerCount: Int, _ requests: consuming VecLinkConsumer<TimerRequest<Task>, Word>,
    _ ticks: consuming VecLinkProducer<TimerTick<Task>, Word>, in arena: inout Arena
  ) throws(ArenaError) {
    let timers = try Table(repeating: ServedTimer<Task>(), count: timerCount, in: &arena)
    let wheel = try TimerWheel(keyCount: timerCount, in: &arena)
    self.requests = requests
    self.ticks = ticks
    self.timers = timers
    self.wheel = wheel
  }

  /// Timers that are waited for.
  public var count: Int { wheel.count }

  /// When to serve at the latest, if nothing is asked before: when the first timer may be due, or a tick that found no
  /// room is tried again. O(1).
  public var nextDeadline: Instant { waiting == nil ? wheel.nextDeadline : retryDeadline }

  /// Takes requests and sends ticks that are due, in turns.
  ///
  /// - Parameter budget: of both together, at most so many.
  /// - Returns: whether there may be more to do now.
  public mutating func serve(at now: Instant, budget: Int) -> Bool {
    guard sendWaiting(now) else { return false }
    var left = budget
    while left > 0 {
      let hasTaken = takeRequest(now)
      let key = wheel.select(now.nanoseconds)
      if let key, !tick(key, now) { return false }
      if key == nil && !hasTaken { return false }
      left &-= 1
    }
    return true
  }

  /// Asks to be woken for the next request; true when there is one meanwhile. See `Consumer.armWakeup`.
  public mutating func armWakeup() -> Bool { requests.armWakeup() }

  // MARK: - Requests

  @inline(__always)
  private mutating func takeRequest(_ now: Instant) -> Bool {
    switch requests.poll(at: now) {
    case .ready(let request):
      apply(request)
      return true
    case .ended:
      isOver = true
      return false
    case .pending: return false
    }
  }

  private mutating func apply(_ request: TimerRequest<Task>) {
    let key = Int(request.id.index)
    // Requests come in order, so each says what its place is from then on.
    timers[key] = ServedTimer(request)
    wheel.set(key: key, deadline: request.ticks.nextDeadline)
  }

  // MARK: - Ticks

  /// Sends the tick of a timer that is due.
  ///
  /// - Returns: false when there was no room: it waits then.
  private mutating func tick(_ key: Int, _ now: Instant) -> Bool {
    guard let request = timers[key].request, case .ready(let tick) = timers[key].ticks.poll(at: now) else {
      return true
    }
    wheel.set(key: key, deadline: timers[key].ticks.nextDeadline)
    waiting = ticks.push(TimerTick(id: request.id, task: request.task, tick: tick))
    return waiting == nil || holdBack(now)
  }

  private mutating func sendWaiting(_ now: Instant) -> Bool {
    guard let tick = waiting else { return true }
    waiting = ticks.push(tick)
    return waiting == nil || holdBack(now)
  }

  /// - Returns: true when nobody will ever take the tick.
  private mutating func holdBack(_ now: Instant) -> Bool {
    retryDeadline = now + Self.retry
    guard !ticks.hasConsumers else { return false }
    waiting = nil
    isOver = true
    return true
  }
}

extension TimerServer: Sendable where Word: ~Copyable {}

/// A timer as the server keeps it.
struct ServedTimer<Task: BitwiseCopyable & Sendable>: Sendable {
  /// Nothing before the first one.
  var request: (id: TimerID, task: Task)?
  var ticks = Ticks(once: .never)

  init() {}

  init(_ request: TimerRequest<Task>) {
    self.request = (request.id, request.task)
    ticks = request.ticks
  }
}
