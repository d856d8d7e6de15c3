import Timing

/// What the side that asks sends to the one that keeps the time: a timer's ticks, in place of what it had. Ticks that
/// have ended take it away.
public struct TimerRequest<Task: BitwiseCopyable & Sendable>: BitwiseCopyable, Sendable {
  let id: TimerID
  let task: Task
  let ticks: Ticks
}

/// A tick as it comes back to the side that asked.
public struct TimerTick<Task: BitwiseCopyable & Sendable>: BitwiseCopyable, Sendable {
  public let id: TimerID
  /// Whom it is for, as the timer was created.
  public let task: Task
  public let tick: Tick
}
