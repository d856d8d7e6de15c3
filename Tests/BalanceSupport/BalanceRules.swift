import Scheduling

/// What a run follows. `right` is what the order node does; each other value leaves one thing out, and the checks must
/// notice.
public struct BalanceRules: Sendable {
  public enum Policy: Sendable {
    case balancer
    /// Nothing ever moves.
    case never
    /// Every period the same bucket moves on.
    case pingPong
  }

  public enum HandOver: Sendable {
    case right
    /// The giver loses the message that comes after `release`.
    case dropsAMessage
    /// The receiver applies without the bucket's state.
    case startsEarly
  }

  public var policy = Policy.balancer
  public var handOver = HandOver.right
  /// Whether a core, before it applies a message, looks once more for what is more urgent.
  public var looksAgain = true
  /// Whether `await` and the moving bucket's messages go in the least urgent class, so in the order of routing.
  public var movesInOrder = true
  /// Whether the receiver's completions wait until the giver's are merged.
  public var mergesGiverFirst = true
  /// Whether no more is sent to a core than its link of completions has room for.
  public var keepsRoom = true

  public init() {}

  public static var right: BalanceRules { BalanceRules() }
}
