/// The name of what is traded: eight bytes, the first in the most significant place.
public struct Symbol: Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt64
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Whether it is printable ASCII without inner spaces, left-justified, padded with spaces and not blank.
  public var isValid: Bool {
    var isPadding = false
    var shift: UInt64 = 64
    while shift > 0 {
      shift &-= 8
      let byte = UInt8(truncatingIfNeeded: rawValue &>> shift)
      if byte == UInt8(ascii: " ") {
        isPadding = true
      } else if isPadding || byte < 0x21 || byte > 0x7E {
        return false
      }
    }
    return rawValue &>> 56 != UInt64(UInt8(ascii: " "))
  }

  /// Pads up to eight bytes of text with spaces; nothing when it is longer.
  public init?(text: some Sequence<UInt8>) {
    var value: UInt64 = 0
    var count = 0
    for byte in text {
      guard count < 8 else { return nil }
      value = value &<< 8 | UInt64(byte)
      count &+= 1
    }
    while count < 8 {
      value = value &<< 8 | UInt64(UInt8(ascii: " "))
      count &+= 1
    }
    rawValue = value
  }
}
