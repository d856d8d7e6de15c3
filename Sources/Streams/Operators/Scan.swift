public import Timing

/// What a function makes of each message and of a state that it carries along.
public struct Scan<Source: Stream & ~Copyable, State: ~Copyable, Message: ~Copyable>: Stream, ~Copyable {
  public typealias Failure = Source.Failure
  private var source: Source
  private var state: State
  private let step: (inout State, consuming Source.Message) -> Message

  init(
    _ source: consuming Source, _ state: consuming State,
    _ step: @escaping (inout State, consuming Source.Message) -> Message
  ) {
    self.source = source
    self.state = state
    self.step = step
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Source.Failure> {
    switch source.poll(at: now) {
    case .ready(let message): .ready(step(&state, message))
    case .failed(let failure): .failed(failure)
    case .ended: .ended
    case .pending: .pending
    }
  }

  public var nextDeadline: Instant { source.nextDeadline }
  public var demand: Int { source.demand }
}

extension Stream where Self: ~Copyable {
  /// What `step` makes of each message and the state, which starts as `state` and which it may change; takes only what
  /// it hands on.
  public consuming func scan<State: ~Copyable, Output: ~Copyable>(
    _ state: consuming State, _ step: @escaping (inout State, consuming Message) -> Output
  ) -> Scan<Self, State, Output> {
    Scan(self, state, step)
  }
}
