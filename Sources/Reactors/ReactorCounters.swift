public import Timing

/// What a reactor has done since boot.
public struct ReactorCounters: Sendable {
  public var turns: UInt64 = 0
  public var polls: UInt64 = 0
  /// Time spent asleep.
  public var idle = Duration.zero
  /// Interrupts taken, by source; several marks between two turns count once.
  public var interruptsOfSource: InlineArray<64, UInt64> = InlineArray(repeating: 0)
}
