public import Timing

/// What an urgent interrupt runs: at once, on the stack of what it interrupts, to completion.
///
/// It is meant to be short: while it runs its level, all below and the deferred sources wait. It reaches what it owns,
/// and through a `Ceiling` what it shares; it cannot spawn, allocate or wait, since its context offers none of these,
/// and what it wants to be done later it leaves to a deferred source. Context: interrupt.
public protocol UrgentTask: ~Copyable {
  /// Serves one interrupt.
  mutating func run(_ context: inout UrgentContext)

  /// How the interrupt reaches a task of this type; this one line has to stand in each concrete type, since the compiler
  /// makes functions that are stored without a heap only for those:
  ///
  ///     static var entry: UrgentEntry<Self> { UrgentEntry { $0.run(at: $1) } }
  static var entry: UrgentEntry<Self> { get }
}

/// What an urgent task sees of its core: the interrupt, and the deferred sources.
public struct UrgentContext: ~Copyable {
  /// The time stamp counter when the interrupt came.
  public let timestamp: UInt64
  public let level: UrgentLevel

  init(timestamp: UInt64, level: UrgentLevel) {
    self.timestamp = timestamp
    self.level = level
  }

  /// When the interrupt came.
  public var interrupted: Instant { Clock.lineOfCore.instant(of: timestamp) }

  /// Marks a deferred source, whose task the reactor then wakes: the only way to an ordinary task.
  @inline(__always)
  public mutating func wake(source: Int) {
    precondition(source >= 0 && source < InterruptTable.sourceCount, "an interrupt source is 0 to 63")
    coreMarkSource(UInt(truncatingIfNeeded: source), timestamp)
  }
}

/// How often an urgent interrupt may come; what comes more often is demoted: a deferred source is marked instead of
/// running the task, so that a storm does not hold up everything else for longer than its marks take.
public struct UrgentLimit: Sendable {
  let burst: UInt64
  let period: Duration
  let source: Int

  /// - Parameters:
  ///   - burst: interrupts that may come at once, 1 or more; later ones as evenly as `burst` a period.
  ///   - period: 1 ns or more.
  ///   - source: the deferred source that is marked for each interrupt beyond, 0 to 63.
  public init(burst: Int, per period: Duration, demotingTo source: Int) {
    precondition(burst > 0 && period > .zero, "a limit has a burst of 1 or more and a period of 1 ns or more")
    precondition(source >= 0 && source < InterruptTable.sourceCount, "an interrupt source is 0 to 63")
    self.burst = UInt64(burst)
    self.period = period
    self.source = source
  }

  private init() {
    burst = 0
    period = .zero
    source = 0
  }

  /// For what cannot storm, such as an interrupt that this core sends itself.
  public static var none: UrgentLimit { UrgentLimit() }

  /// The time stamp counter's cycles between two interrupts at the limit, and how much earlier one may come.
  func cycles(frequencyHertz: UInt64) -> (interval: UInt, tolerance: UInt) {
    guard burst > 0 else { return (0, .max) }
    let second: UInt64 = 1_000_000_000
    let (seconds, rest) = period.nanoseconds.quotientAndRemainder(dividingBy: second)
    let interval = (seconds * frequencyHertz + rest * frequencyHertz / second) / burst
    return (UInt(interval), UInt(interval * (burst - 1)))
  }
}
