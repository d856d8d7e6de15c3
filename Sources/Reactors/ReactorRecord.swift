public import Timing
public import Tracing

/// What a reactor keeps of what it did: counters, and the last events.
public struct ReactorRecord: ~Copyable {
  public internal(set) var counters = ReactorCounters()
  public var trace: TraceRing

  init(trace: consuming TraceRing) { self.trace = trace }
}

/// What a reactor has done since boot.
public struct ReactorCounters: Sendable {
  public internal(set) var turns: UInt64 = 0
  public internal(set) var polls: UInt64 = 0
  /// Time spent asleep.
  public internal(set) var idle = Duration.zero
  /// Interrupts taken, by source; several marks between two turns count once.
  public internal(set) var interruptsOfSource: InlineArray<64, UInt64> = InlineArray(repeating: 0)
}
