public import Timing

/// Ready when its time has come, never before. The message is the time of the poll that found it so.
public struct Sleep: Future, Sendable {
  private enum State {
    case unstarted(Duration)
    case until(Instant)
    case over
  }
  private var state: State

  /// Until `deadline`: ready at once when that has passed; `never` does not come.
  public init(until deadline: Instant) { state = .until(deadline) }

  /// For `duration` from the first poll on: ready at once when it is zero, without end when it lies beyond the range
  /// of the clock.
  public init(for duration: Duration) { state = .unstarted(duration) }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Instant, Never> {
    let deadline: Instant
    switch state {
    case .unstarted(let duration): deadline = now + duration
    case .until(let instant): deadline = instant
    case .over: return .ended
    }
    guard now >= deadline, deadline != .never else {
      state = .until(deadline)
      return .pending
    }
    state = .over
    return .ready(now)
  }

  /// At once as long as the first poll has not fixed it.
  public var nextDeadline: Instant {
    switch state {
    case .unstarted: .zero
    case .until(let deadline): deadline
    case .over: .never
    }
  }
}
