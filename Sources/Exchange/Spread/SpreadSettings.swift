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
