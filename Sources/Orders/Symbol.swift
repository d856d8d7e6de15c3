/// The name of what is traded: eight bytes, the first in the least significant place.
public struct Symbol: Equatable, Sendable, BitwiseCopyable {
  public var rawValue: UInt64
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Whether it is printable ASCII without inner spaces, left-justified, padded with spaces and not blank.
  public var isValid: Bool {
    var rest = rawValue
    var isPadding = false
    for position in 0..<8 {
      let byte = UInt8(truncatingIfNeeded: rest)
      if byte == UInt8(ascii: " ") {
        isPadding = true
        if position == 0 { return false }
      } else if isPadding || byte < 0x21 || byte > 0x7E {
        return false
      }
      rest &>>= 8
    }
    return true
  }

  /// Pads up to eight bytes of text with spaces; nothing when it is longer.
  public init?(text: some Sequence<UInt8>) {
    var value: UInt64 = 0x2020_2020_2020_2020
    var count: UInt64 = 0
    for byte in text {
      guard count < 8 else { return nil }
      value ^= UInt64(byte ^ UInt8(ascii: " ")) &<< (8 &* count)
      count &+= 1
    }
    rawValue = value
  }
}
