/// What became of a message.
public enum Outcome: Equatable, Sendable, BitwiseCopyable {
  /// The state changed, or a reply was emitted: the message must be in the journal, with its time.
  case applied(Application)
  /// Nothing changed but a counter, and nothing was said.
  case ignored(IgnoredMessage)

  /// Whether a rebuild of the state and the replies needs this message.
  public var mustBeJournaled: Bool {
    switch self {
    case .applied: true
    case .ignored: false
    }
  }
}

/// What the first reply to a message was.
public enum Application: UInt8, Sendable, BitwiseCopyable {
  case accepted
  case replaced
  /// Canceled or reduced; also what a replace with impossible terms comes to.
  case canceled
  case rejected
  case answeredQuery
  /// Rejected only because no order place or no book was free: with more room it would have been accepted.
  case rejectedForRoom
}

/// Why a message had no effect. The client is at fault, or it sent again what was answered before.
public enum IgnoredMessage: UInt8, Sendable, BitwiseCopyable {
  /// An Enter or Replace whose reference number is not greater than all before it.
  case staleReference
  /// A Cancel or Replace of an order that is not live, or not the client's.
  case unknownOrder
  /// A Cancel that asks for no less than the order has.
  case superfluousCancel
}

/// How often what happened since boot; not part of the state that a replay rebuilds. They wrap.
public struct OrderCounters: Equatable, Sendable, BitwiseCopyable {
  public internal(set) var accepted: UInt64 = 0
  public internal(set) var replaced: UInt64 = 0
  /// Canceled messages: whole cancels, reductions, and what immediate-or-cancel orders did not get.
  public internal(set) var canceled: UInt64 = 0
  /// All rejections, those for want of room included.
  public internal(set) var rejected: UInt64 = 0
  /// Trades; each is told to both sides.
  public internal(set) var executions: UInt64 = 0
  public internal(set) var queries: UInt64 = 0
  public internal(set) var staleReferences: UInt64 = 0
  public internal(set) var unknownOrders: UInt64 = 0
  public internal(set) var superfluousCancels: UInt64 = 0

  public init() {}
}
