/// The one-byte codes of OUCH 5.0 fields: any byte can be held, so that what a client sent can be echoed or
/// rejected; the named ones are those this venue uses.

/// Buy or one of three kinds of sell (OUCH 5.0, 2.1).
public struct SideCode: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static var buy: SideCode { SideCode(rawValue: UInt8(ascii: "B")) }
  public static var sell: SideCode { SideCode(rawValue: UInt8(ascii: "S")) }
  public static var sellShort: SideCode { SideCode(rawValue: UInt8(ascii: "T")) }
  public static var sellShortExempt: SideCode { SideCode(rawValue: UInt8(ascii: "E")) }

  /// The side of the book; nothing for an unknown code.
  public var side: Side? {
    @inline(__always) get {
      switch self {
      case .buy: .buy
      case .sell, .sellShort, .sellShortExempt: .sell
      default: nil
      }
    }
  }
}

/// How long an order stays (OUCH 5.0, 2.1).
public struct TimeInForce: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static var day: TimeInForce { TimeInForce(rawValue: UInt8(ascii: "0")) }
  public static var immediateOrCancel: TimeInForce { TimeInForce(rawValue: UInt8(ascii: "3")) }

  /// Whether this venue takes orders of this kind.
  var isSupported: Bool { @inline(__always) get { self == .day || self == .immediateOrCancel } }
}

/// Whether others may see the order (OUCH 5.0, 2.1).
public struct DisplayCode: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static var visible: DisplayCode { DisplayCode(rawValue: UInt8(ascii: "Y")) }
}

/// For whom the client trades (OUCH 5.0, 2.1).
public struct CapacityCode: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static var agency: CapacityCode { CapacityCode(rawValue: UInt8(ascii: "A")) }
  public static var principal: CapacityCode { CapacityCode(rawValue: UInt8(ascii: "P")) }
  public static var risklessPrincipal: CapacityCode { CapacityCode(rawValue: UInt8(ascii: "R")) }
  public static var other: CapacityCode { CapacityCode(rawValue: UInt8(ascii: "O")) }

  var isSupported: Bool {
    @inline(__always) get {
      switch self {
      case .agency, .principal, .risklessPrincipal, .other: true
      default: false
      }
    }
  }
}

/// Whether the order is an intermarket sweep (OUCH 5.0, 2.1).
public struct SweepCode: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static var none: SweepCode { SweepCode(rawValue: UInt8(ascii: "N")) }
}

/// The auction an order is meant for (OUCH 5.0, 2.1).
public struct CrossCode: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Continuous trading.
  public static var none: CrossCode { CrossCode(rawValue: UInt8(ascii: "N")) }
}

/// Whether more messages about an accepted order may follow (OUCH 5.0, 3.2).
public struct LifeCode: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static var live: LifeCode { LifeCode(rawValue: UInt8(ascii: "L")) }
  /// Accepted and over: no message follows.
  public static var dead: LifeCode { LifeCode(rawValue: UInt8(ascii: "D")) }
}

/// Which part an order had in an execution.
public struct LiquidityCode: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// It rested in the book.
  public static var added: LiquidityCode { LiquidityCode(rawValue: UInt8(ascii: "A")) }
  /// It came in and took what rested.
  public static var removed: LiquidityCode { LiquidityCode(rawValue: UInt8(ascii: "R")) }
}
