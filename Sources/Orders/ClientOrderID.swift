import Wire

/// What a client calls its order for itself: 14 bytes that are echoed and never looked at.
public struct ClientOrderID: Equatable, Sendable, BitwiseCopyable {
  /// The length on the wire.
  public static var byteCount: Int { 14 }

  /// Bytes 0 to 7, and 6 to 13: two eight-byte moves instead of four smaller ones. The first byte of each is in the
  /// least significant place.
  let first: UInt64
  let last: UInt64

  /// Reads the 14 bytes at `offset`. Traps when they do not lie wholly inside the span.
  @inline(__always) public init(_ bytes: RawSpan, at offset: Int) {
    first = bytes.littleEndian(at: offset)
    last = bytes.littleEndian(at: offset &+ 6)
  }

  /// Pads up to 14 bytes of text with spaces; nothing when it is longer.
  public init?(text: some Sequence<UInt8>) {
    var first: UInt64 = 0x2020_2020_2020_2020
    var last = first
    var count = 0
    for byte in text {
      guard count < Self.byteCount else { return nil }
      let change = UInt64(byte ^ UInt8(ascii: " "))
      if count < 8 { first ^= change &<< UInt64(8 &* count) }
      if count >= 6 { last ^= change &<< UInt64(8 &* (count &- 6)) }
      count &+= 1
    }
    self.first = first
    self.last = last
  }

  /// The byte at `index`, 0 to 13.
  public func byte(at index: Int) -> UInt8 {
    precondition(index >= 0 && index < Self.byteCount)
    return index < 8
      ? UInt8(truncatingIfNeeded: first &>> UInt64(8 &* index))
      : UInt8(truncatingIfNeeded: last &>> UInt64(8 &* (index &- 6)))
  }
}
