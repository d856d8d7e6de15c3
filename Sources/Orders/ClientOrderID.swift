import Wire

/// What a client calls its order for itself: 14 bytes that are echoed and never looked at.
public struct ClientOrderID: Equatable, Sendable, BitwiseCopyable {
  /// The length on the wire.
  public static var byteCount: Int { 14 }

  /// Bytes 0 to 7, and 6 to 13: two eight-byte moves instead of four smaller ones.
  private var first: UInt64
  private var last: UInt64

  /// Reads the 14 bytes at `offset`. Traps when they do not lie wholly inside the span.
  @inline(__always) public init(_ bytes: RawSpan, at offset: Int) {
    first = bytes.bigEndian(at: offset)
    last = bytes.bigEndian(at: offset &+ 6)
  }

  /// Pads up to 14 bytes of text with spaces; nothing when it is longer.
  public init?(text: some Sequence<UInt8>) {
    let space = UInt64(UInt8(ascii: " "))
    var wide: (high: UInt64, low: UInt64) = (0, 0)
    var count = 0
    func append(_ byte: UInt64) {
      wide.high = wide.high &<< 8 | wide.low &>> 56
      wide.low = wide.low &<< 8 | byte
      count &+= 1
    }
    for byte in text {
      guard count < Self.byteCount else { return nil }
      append(UInt64(byte))
    }
    while count < Self.byteCount { append(space) }
    first = wide.high &<< 16 | wide.low &>> 48
    last = wide.low
  }

  /// Writes the 14 bytes at `offset`. Traps when they do not fit inside the span.
  @inline(__always) func store(into bytes: inout MutableRawSpan, at offset: Int) {
    bytes.storeBigEndian(first, at: offset)
    bytes.storeBigEndian(last, at: offset &+ 6)
  }

  /// The byte at `index`, 0 to 13.
  public func byte(at index: Int) -> UInt8 {
    precondition(index >= 0 && index < Self.byteCount)
    return index < 8
      ? UInt8(truncatingIfNeeded: first &>> UInt64(8 &* (7 &- index)))
      : UInt8(truncatingIfNeeded: last &>> UInt64(8 &* (13 &- index)))
  }
}
