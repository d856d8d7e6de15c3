public import Timing

/// Ready when asked a second time, with the time of that: whoever awaits it lets the others work once.
///
/// Its deadline has passed as soon as it is pending, so the asker is asked again behind those that are ready already.
public struct Yield: Future, Sendable {
  private enum State { case new, waiting, over }
  private var state = State.new

  public init() {}

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Instant, Never> {
    switch state {
    case .new:
      state = .waiting
      return .pending
    case .waiting:
      state = .over
      return .ready(now)
    case .over: return .ended
    }
  }

  public var nextDeadline: Instant { state == .over ? .never : .zero }
}
