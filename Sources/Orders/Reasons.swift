/// Why an order left the book without being filled (OUCH 5.0, 3.4).
public struct CancelReason: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The client asked for it, by a cancel, or by a replace with terms that cannot be.
  public static var user: CancelReason { CancelReason(rawValue: UInt8(ascii: "U")) }
  /// What an immediate-or-cancel order did not get at once.
  public static var immediateOrCancel: CancelReason { CancelReason(rawValue: UInt8(ascii: "I")) }
}

/// Why an order was not taken (OUCH 5.0, 3.8).
public struct RejectReason: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt16
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static var display: RejectReason { RejectReason(rawValue: 0x0003) }
  public static var intermarketSweep: RejectReason { RejectReason(rawValue: 0x0008) }
  public static var side: RejectReason { RejectReason(rawValue: 0x0009) }
  /// A limit of the venue: no room for one more order or symbol, or a full journal.
  public static var processingError: RejectReason { RejectReason(rawValue: 0x000A) }
  /// Anything without a reason of its own: time in force, capacity.
  public static var other: RejectReason { RejectReason(rawValue: 0x000F) }
  public static var quantity: RejectReason { RejectReason(rawValue: 0x0013) }
  public static var cross: RejectReason { RejectReason(rawValue: 0x0014) }
  public static var symbol: RejectReason { RejectReason(rawValue: 0x0017) }
  public static var price: RejectReason { RejectReason(rawValue: 0x001D) }
  public static var marketOrder: RejectReason { RejectReason(rawValue: 0x002C) }
}
