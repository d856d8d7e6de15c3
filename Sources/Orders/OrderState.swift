/// Where an order is in its life.
public enum OrderStatus: UInt8, Sendable, BitwiseCopyable {
  /// Never heard of.
  case none
  /// Requested by the client, not yet answered.
  case pendingNew
  /// Live, nothing executed.
  case new
  /// Live, some of it executed.
  case partial
  /// Live; its cancellation is requested, not yet answered.
  case pendingCancel
  /// Live; a replacement is requested, not yet answered.
  case pendingReplace
  /// Over: all of it was executed.
  case filled
  /// Over: what was left of it was canceled.
  case canceled
  /// Over: it was never taken.
  case rejected
  /// Over: another order took its place.
  case replaced

  /// Whether nothing can happen to the order any more.
  public var isTerminal: Bool {
    switch self {
    case .filled, .canceled, .rejected, .replaced: true
    case .none, .pendingNew, .new, .partial, .pendingCancel, .pendingReplace: false
    }
  }
}

/// All there is to know of one order.
public struct OrderState: Equatable, Sendable, BitwiseCopyable {
  /// What a requested replacement would make of the order.
  public struct Terms: Equatable, Sendable, BitwiseCopyable {
    public var price: Price
    public var id: UInt32
    public var size: UInt32

    @inline(__always) public init(id: UInt32, price: Price, size: UInt32) {
      self.id = id
      self.price = price
      self.size = size
    }
  }

  // The widest first: without gaps between them, the fields stay in registers.
  public var price: Price
  /// The terms asked for; means something in `pendingReplace` only.
  public var requested: Terms
  /// The client's number for the order: its `UserRefNum`, or that of the last acknowledged replacement.
  public var id: UInt32
  /// Shares in all, executed ones included, over the whole chain of replacements.
  public var size: UInt32
  /// Shares executed so far, over the whole chain of replacements.
  public var executed: UInt32
  public var status: OrderStatus
  public var side: Side
  /// Whether the order was acknowledged: what a refused cancel goes back to depends on it.
  public var isAcknowledged: Bool

  @inline(__always)
  public init(
    status: OrderStatus, id: UInt32, price: Price, size: UInt32, side: Side, executed: UInt32 = 0,
    isAcknowledged: Bool = true
  ) {
    self.status = status
    self.id = id
    self.price = price
    self.size = size
    self.side = side
    self.executed = executed
    self.isAcknowledged = isAcknowledged
    requested = Terms(id: 0, price: Price(tenThousandths: 0), size: 0)
  }

  /// An order nobody has asked for yet.
  public static var none: OrderState {
    @inline(__always) get {
      OrderState(
        status: .none, id: 0, price: Price(tenThousandths: 0), size: 0, side: .buy, isAcknowledged: false)
    }
  }

  /// Shares that can still be executed.
  public var leaves: UInt32 {
    @inline(__always) get {
      switch status {
      case .none, .filled, .canceled, .rejected, .replaced: 0
      case .pendingNew, .new, .partial, .pendingCancel, .pendingReplace: size &- executed
      }
    }
  }

  /// What the original order of an acknowledged replacement is from then on.
  public var superseded: OrderState {
    var original = self
    original.status = .replaced
    return original
  }
}
