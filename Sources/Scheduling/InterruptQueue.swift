public import Buffers
public import Streams
public import Timing

/// The interrupt scheduler: marked sources by priority, the most urgent first, equal ones in order of arrival.
///
/// Interrupts only mark; this queue decides what is served. A source arrives with its first mark since it was picked
/// last, and is queued once, however often it is marked until then. A mark that comes after it was picked queues it
/// anew, so none is lost while a source is served.
///
/// A source may have a limit. A mark beyond it is kept, but not picked before its time; until then the source is to be
/// masked, and costs nothing (`InterruptQueue+Limits.swift`).
///
/// **Longest wait**: of what is marked at one time each source is picked once, so a marked source waits for at most
/// `sourceCount` - 1 picks as long as nothing is marked in between. When more is marked between picks, what is more
/// urgent goes first, as often as its limit lets it: in a time T a source waits for at most T / interval + burst + 1
/// picks of each more urgent one, and of each other equal one for one. So it is never starved as long as the limits of
/// the more urgent ones together leave time for it; by a more urgent source without a limit it can be.
/// Context: reactor.
public struct InterruptQueue: Discipline, ~Copyable {
  /// A source of interrupts, 0 to `sourceCount` - 1.
  public typealias Work = Int

  /// Sources that fit one core's pending word.
  public static var sourceCount: Int { 64 }
  /// Priorities, 0 the most urgent.
  public static var priorityCount: Int { 8 }

  /// What is known of a source.
  struct Source {
    var priority = InterruptQueue.priorityCount - 1
    var arrival = Instant.zero
    var bucket = TokenBucket(TokenRate(every: .nanoseconds(1)))
    var stormCount: UInt64 = 0
  }

  // Not inline arrays: of these an element is read by copying all of them.
  var sources: Table<Source>
  /// Of each priority the sources that can be picked, a bit each.
  private var pendingOfPriority: Table<UInt64>
  /// Priorities that have such a source, a bit each.
  private var pendingPriorities: UInt64 = 0
  /// Sources that have a limit, a bit each.
  private var limitedSources: UInt64 = 0
  /// Sources that can be picked, a bit each.
  private var pending: UInt64 = 0
  /// Sources whose mark is kept until their time has come, a bit each; none of them is pending.
  public internal(set) var throttledSources: UInt64 = 0
  /// When the first of the throttled sources may be released; `never` when there is none.
  public internal(set) var nextRelease = Instant.never

  /// Nothing is marked; every source has the least urgent priority and no limit. Context: boot.
  public init(in arena: inout Arena) throws(ArenaError) {
    let sources = try Table(repeating: Source(), count: Self.sourceCount, in: &arena)
    let pendingOfPriority = try Table(repeating: UInt64(0), count: Self.priorityCount, in: &arena)
    self.sources = sources
    self.pendingOfPriority = pendingOfPriority
  }

  /// Gives `source` its priority, and how often it may be served at most. Context: boot.
  public mutating func register(source: Int, priority: Int, limit: TokenRate? = nil) {
    precondition(source >= 0 && source < Self.sourceCount, "an interrupt source is 0 to 63")
    precondition(priority >= 0 && priority < Self.priorityCount, "an interrupt priority is 0 to 7")
    let bit: UInt64 = 1 << UInt64(source)
    precondition(
      markedSources & bit == 0, "the source is marked: it gets its priority before its interrupts come")
    sources[source].priority = priority
    limitedSources &= ~bit
    if let limit {
      limitedSources |= bit
      sources[source].bucket = TokenBucket(limit)
    }
  }

  /// Sources that are queued, the throttled ones among them, a bit each.
  @inline(__always) public var markedSources: UInt64 { pending | throttledSources }

  /// Whether a source that was marked may be served now, past the queue, which must be empty: its limit is kept.
  /// Otherwise it is to be given to `mark`. Complexity: O(1).
  @inline(__always)
  public mutating func admits(_ source: Int, at arrival: Instant) -> Bool {
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: source)
    return limitedSources & bit == 0 || sources[source].bucket.takeIfThere(at: arrival)
  }

  /// When `source` arrived, of one that was just picked or is queued.
  @inline(__always) public func arrival(of source: Int) -> Instant { sources[source].arrival }

  /// Queues a source, unless it is queued already. Complexity: O(1).
  ///
  /// - Parameter arrival: when it was first marked since it was marked here last.
  /// - Returns: false when it now has exceeded its limit and is to be masked until `releaseDue` gives it.
  @inline(__always) @discardableResult
  public mutating func mark(_ source: Int, at arrival: Instant) -> Bool {
    precondition(UInt(bitPattern: source) < UInt(Self.sourceCount), "an interrupt source is 0 to 63")
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: source)
    guard markedSources & bit == 0 else { return true }
    sources[source].arrival = arrival
    if limitedSources & bit != 0, !takeToken(source, at: arrival) { return false }
    enqueue(source)
    return true
  }

  @inline(__always)
  mutating func enqueue(_ source: Int) {
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: source)
    let priority = sources[source].priority
    pending |= bit
    pendingOfPriority[priority] |= bit
    pendingPriorities |= 1 &<< UInt64(truncatingIfNeeded: priority)
  }

  /// Takes the most urgent source that can be picked. Complexity: O(1), O(n) for n equal ones.
  ///
  /// - Parameter limit: how many of the most urgent priorities are looked at; `.max` for all.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard pendingPriorities != 0 else { return nil }
    let priority = pendingPriorities.trailingZeroBitCount
    guard UInt64(truncatingIfNeeded: priority) < limit else { return nil }
    let candidates = pendingOfPriority[priority]
    let source =
      candidates & (candidates &- 1) == 0 ? candidates.trailingZeroBitCount : firstArrived(candidates)
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: source)
    pending &= ~bit
    pendingOfPriority[priority] = candidates & ~bit
    if candidates == bit { pendingPriorities &= pendingPriorities &- 1 }
    return source
  }

  /// Of several that arrived at once, the one of the lowest number.
  private func firstArrived(_ marked: UInt64) -> Int {
    var first = marked.trailingZeroBitCount
    var rest = marked & (marked &- 1)
    while rest != 0 {
      let source = rest.trailingZeroBitCount
      if sources[source].arrival < sources[first].arrival { first = source }
      rest &= rest &- 1
    }
    return first
  }
}
