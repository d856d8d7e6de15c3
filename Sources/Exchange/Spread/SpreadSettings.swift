public import Scheduling

/// How an engine is spread over order cores.
public struct SpreadSettings: Sendable {
  /// Groups of symbol buckets, each owned by one core: a power of two, 16 to 256.
  public var groupCount = 256
  /// Whether cancels go before replaces and these before new orders, or all as they come.
  public var hasPriorities = true
  /// Messages that order cores have at most, together: 1 to `mostUnderway`.
  public var underwayCount = 1_000
  public var balancer = BalancerSettings()
  /// Whether buckets are moved at all.
  public var isBalanced = true

  public init() {}

  /// As many as a link holds beside the words of the sessions core: one that asks, and those of one move.
  public static let mostUnderway = ShardLinks.messageCapacity - 3
}

/// What moving buckets came to since boot.
public struct MoveCounters: Sendable, BitwiseCopyable {
  public internal(set) var moves: UInt64 = 0
  /// Orders that changed their core.
  public internal(set) var orders: UInt64 = 0
  /// From the decision until the new owner had all: so long messages of the bucket may have waited.
  public internal(set) var longestMoveNanoseconds: UInt64 = 0
  /// For how long a new owner applied nothing.
  public internal(set) var longestPauseNanoseconds: UInt64 = 0
}
