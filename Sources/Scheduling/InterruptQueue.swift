public import Streams

/// The interrupt scheduler: marked sources by priority, the highest first, equal ones by their number.
///
/// Interrupts only mark; this queue decides what is served. A source marked again while it is served is not lost:
/// the mark is taken before the source is served. Context: reactor.
public struct InterruptQueue: Discipline {
  /// A source of interrupts, 0 to 63.
  public typealias Work = Int

  /// Sources that fit one core's pending word.
  public static let sourceCount = 64
  /// Priorities, 0 the most urgent.
  public static let priorityCount = 8

  private var sourcesOfPriority: InlineArray<8, UInt64> = InlineArray(repeating: 0)
  private var pending: UInt64 = 0

  public init() { sourcesOfPriority[Self.priorityCount - 1] = .max }

  /// Gives `source` its priority; until then it has the least urgent one. Context: boot.
  public mutating func register(source: Int, priority: Int) {
    precondition(source >= 0 && source < Self.sourceCount, "no such interrupt source")
    precondition(priority >= 0 && priority < Self.priorityCount, "no such interrupt priority")
    for level in 0..<Self.priorityCount { sourcesOfPriority[level] &= ~(1 << UInt64(source)) }
    sourcesOfPriority[priority] |= 1 << UInt64(source)
  }

  /// Adds marked sources, a bit each.
  @inline(__always)
  public mutating func mark(_ sources: UInt64) { pending |= sources }

  /// Takes the most urgent marked source. Complexity: O(`priorityCount`).
  ///
  /// - Parameter limit: how many of the most urgent priorities are looked at; `.max` for all.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    pending == 0 ? nil : selectMarked(limit)
  }

  private mutating func selectMarked(_ limit: UInt64) -> Int? {
    for priority in 0..<Int(truncatingIfNeeded: min(limit, UInt64(Self.priorityCount))) {
      let marked = pending & sourcesOfPriority[priority]
      if marked != 0 {
        pending &= ~(marked & (0 &- marked))
        return marked.trailingZeroBitCount
      }
    }
    return nil
  }
}
