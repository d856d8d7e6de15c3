/// A price in ten-thousandths of a dollar (OUCH 5.0, 1.2: eight bytes, four implied decimals).
public struct Price: Comparable, Sendable, BitwiseCopyable {
  public var tenThousandths: UInt64
  @inlinable public init(tenThousandths: UInt64) { self.tenThousandths = tenThousandths }

  /// The highest limit price, 199,999.9900.
  public static var highest: Price { Price(tenThousandths: 1_999_999_900) }
  /// Not a price: "at any price", for auctions only.
  public static var market: Price { Price(tenThousandths: 0x7FFF_FFFF) }

  /// Whether an order may have this price: 0.0001 to `highest`.
  public var isLimit: Bool {
    @inline(__always) get { tenThousandths &- 1 < Price.highest.tenThousandths }
  }

  @inlinable public static func < (left: Price, right: Price) -> Bool {
    left.tenThousandths < right.tenThousandths
  }
}

/// How many shares one order may have.
public enum OrderSize {
  /// The largest size of one order (OUCH 5.0, 2.1: below 1,000,000).
  public static var largest: UInt32 { 999_999 }

  /// Whether an order may have this size: 1 to `largest` shares.
  @inline(__always) public static func isValid(_ size: UInt32) -> Bool { size &- 1 < largest }
}
