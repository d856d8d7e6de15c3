public import Buffers
public import Streams
public import Timing

/// A core's timers: one deadline for each task, and a fixed list of created timers, one-shot and interval ones.
///
/// All lie in one wheel, which says whom to wake: `select` gives the task whose deadline or timer is due, the earliest
/// first and equal ones in the order in which they were set. What a timer's ticks are is found by polling it. An
/// interval timer wakes its task at the first of its times after the wake-up before, whether it is polled or not, so a
/// task that is never polled for ticks is woken in rhythm all the same. Context: reactor.
public struct Timers: Discipline, ~Copyable {
  /// The task to wake.
  public typealias Work = Int

  public let taskCount: Int
  private var wheel: TimerWheel
  private var list: TimerList

  /// Room for a deadline of each of the tasks 0 to `taskCount` - 1, and for `timerCount` created timers. Context: boot.
  public init(taskCount: Int, timerCount: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(taskCount >= 0 && taskCount <= Int(Int32.max), "timers are for 0 to 2^31 - 1 tasks")
    let list = try TimerList(count: timerCount, in: &arena)
    let wheel = try TimerWheel(keyCount: taskCount + timerCount, in: &arena)
    self.taskCount = taskCount
    self.list = list
    self.wheel = wheel
  }

  /// When the next task may have to be woken; see `TimerWheel.nextDeadline`. O(1).
  @inline(__always) public var nextDeadline: Instant { wheel.nextDeadline }
  /// Deadlines and timers that are waited for.
  public var count: Int { wheel.count }
  /// Deadlines and timers that were set to a time already past, and so were due at once. It wraps.
  public var lateCount: UInt64 { wheel.lateCount }

  /// Sets the task's own deadline in place of the one it may have; `never` cancels it. O(1).
  @inline(__always)
  public mutating func set(task: Int, deadline: Instant) { wheel.set(key: task, deadline: deadline) }

  /// Takes the first deadline or timer that is due, and gives the task to wake. O(1), as `TimerWheel.select` is.
  ///
  /// - Parameter limit: the present time in nanoseconds since boot, never less than before.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard let key = wheel.select(limit) else { return nil }
    return key < taskCount ? key : wake(timer: key &- taskCount, Instant(nanoseconds: limit))
  }

  private mutating func wake(timer index: Int, _ now: Instant) -> Int {
    wheel.set(key: taskCount &+ index, deadline: list[index].nextDeadline(after: now))
    return list.task(at: index)
  }
}

extension Timers {
  /// A timer that is due once: at once when that time is past.
  ///
  /// - Parameter slack: by how much later the task may be woken, so that it is woken together with others.
  public mutating func create(
    once due: Instant, task: Int, slack: Duration = .zero
  ) throws(TimerError) -> TimerID {
    try create(Ticks(once: due, slack: slack), task: task)
  }

  /// A timer that is due at `start` and whenever `interval` has passed; see `Ticks`.
  public mutating func create(
    every interval: Duration, startingAt start: Instant, task: Int, missed policy: MissedTicks = .skip,
    slack: Duration = .zero
  ) throws(TimerError) -> TimerID {
    try create(Ticks(every: interval, startingAt: start, missed: policy, slack: slack), task: task)
  }

  private mutating func create(_ ticks: Ticks, task: Int) throws(TimerError) -> TimerID {
    precondition(
      UInt(bitPattern: task) < UInt(bitPattern: taskCount),
      "the task of a timer is one of those there is room for")
    let id = try list.create(ticks, task: task)
    wheel.set(key: taskCount &+ Int(id.index), deadline: ticks.nextDeadline)
    return id
  }

  /// Takes the timer's next tick if it has come. Behind the last tick, or after `cancel`, it has ended; a destroyed
  /// timer fails as `stale`.
  public mutating func poll(_ id: TimerID, at now: Instant) -> Poll<Tick, TimerError> {
    do throws(TimerError) {
      let index = try list.index(of: id)
      return poll(index, at: now)
    } catch {
      return .failed(error)
    }
  }

  private mutating func poll(_ index: Int, at now: Instant) -> Poll<Tick, TimerError> {
    switch list[index].poll(at: now) {
    case .pending: return .pending
    case .ended: return .ended
    case .ready(let tick):
      // The ticks that have come already are there for the asking; to be woken makes sense for a later one.
      wheel.set(key: taskCount &+ index, deadline: list[index].nextDeadline(after: now))
      return .ready(tick)
    }
  }

  /// No further tick comes; the timer keeps its place until it is destroyed.
  public mutating func cancel(_ id: TimerID) throws(TimerError) {
    let index = try list.index(of: id)
    list[index].end()
    wheel.cancel(key: taskCount &+ index)
  }

  /// Destroys all timers that wake `task`; its own deadline stays. Complexity: O(`timerCount`).
  public mutating func destroyAll(of task: Int) {
    for index in 0..<list.count {
      guard list.isUsed(index), list.task(at: index) == task else { continue }
      wheel.cancel(key: taskCount &+ index)
      list.release(index)
    }
  }

  /// Cancels the timer and gives its place back; its id is stale then.
  public mutating func destroy(_ id: TimerID) throws(TimerError) {
    try cancel(id)
    try list.destroy(id)
  }
}
