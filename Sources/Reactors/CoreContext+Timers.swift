import Buffers
public import Streams
public import Timers
public import Timing

/// Timers of the polled task, beside the deadline that it has anyway: each wakes it when it is due, and is polled for
/// its ticks. They end with their task.
extension CoreContext {
  /// A timer that is due once; at once, and counted as late, when that time is past. Complexity: O(1).
  ///
  /// - Parameter slack: by how much later the task may be woken, so that it is woken together with others.
  public mutating func createTimer(once due: Instant, slack: Duration = .zero) throws(TimerError) -> TimerID {
    if due < now { record.counters.lateTimers &+= 1 }
    return try timers.create(once: due, task: ownerOfTimers(), slack: slack)
  }

  /// A timer that is due at `start` and whenever `interval` has passed. Complexity: O(1).
  ///
  /// - Parameters:
  ///   - start: the present time unless said otherwise.
  ///   - policy: what is given of ticks that were missed.
  ///   - slack: by how much later the task may be woken.
  public mutating func createTimer(
    every interval: Duration, startingAt start: Instant? = nil, missed policy: MissedTicks = .skip,
    slack: Duration = .zero
  ) throws(TimerError) -> TimerID {
    let start = start ?? now
    if start < now { record.counters.lateTimers &+= 1 }
    return try timers.create(
      every: interval, startingAt: start, task: ownerOfTimers(), missed: policy, slack: slack)
  }

  /// Takes the timer's next tick if it has come; it has ended behind its last one, and fails when it was destroyed.
  public mutating func poll(_ timer: TimerID) -> Poll<Tick, TimerError> { timers.poll(timer, at: now) }

  /// No further tick comes; the timer keeps its place until it is destroyed.
  public mutating func cancelTimer(_ timer: TimerID) throws(TimerError) { try timers.cancel(timer) }

  /// Gives the timer's place back.
  public mutating func destroyTimer(_ timer: TimerID) throws(TimerError) { try timers.destroy(timer) }

  private mutating func ownerOfTimers() -> Int {
    precondition(currentSlot != noSlot, "no task is polled: timers are created by tasks, in their polls")
    tasks.slots[Int(currentSlot)].ownsTimers = true
    return Int(currentSlot)
  }
}
