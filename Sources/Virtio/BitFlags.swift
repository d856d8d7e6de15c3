/// A set of bits with names.
///
/// Not an `OptionSet`: that is made of array literals among other things, and the image has no arrays.
public protocol BitFlags: Equatable, Sendable {
  associatedtype RawValue: FixedWidthInteger & Sendable
  var rawValue: RawValue { get }
  init(rawValue: RawValue)
}

extension BitFlags {
  public static var none: Self { Self(rawValue: 0) }

  /// Whether all bits of `other` are set.
  @inline(__always)
  public func contains(_ other: Self) -> Bool { rawValue & other.rawValue == other.rawValue }

  @inline(__always)
  public static func | (left: Self, right: Self) -> Self { Self(rawValue: left.rawValue | right.rawValue) }

  @inline(__always)
  public static func & (left: Self, right: Self) -> Self { Self(rawValue: left.rawValue & right.rawValue) }

  @inline(__always)
  public static func |= (left: inout Self, right: Self) { left = left | right }
}
