import Wire

/// The ten characters that name a client: the session field of its MoldUDP64 packets.
@frozen public struct ClientName: Equatable, Sendable, BitwiseCopyable {
  public static let byteCount = 10

  /// The first eight characters as they lie in memory, the first one lowest.
  public let head: UInt64
  /// The last two characters, likewise.
  public let tail: UInt16

  @inline(__always)
  public init(head: UInt64, tail: UInt16) {
    self.head = head
    self.tail = tail
  }

  /// Reads the ten bytes at `offset`. Traps outside the span.
  @inline(__always)
  public init(_ bytes: RawSpan, at offset: Int) {
    head = bytes.littleEndian(at: offset)
    tail = bytes.littleEndian(at: offset &+ 8)
  }

  /// Writes the ten bytes to `offset`. Traps outside the span.
  @inline(__always)
  public func write(into bytes: inout MutableRawSpan, at offset: Int) {
    bytes.storeLittleEndian(head, at: offset)
    bytes.storeLittleEndian(tail, at: offset &+ 8)
  }

  /// Whether all characters are printable ASCII, 0x20 to 0x7E, and not all of them blank.
  @inline(__always)
  public var isValid: Bool {
    // The last eight characters; most of them are looked at twice, which is cheaper than two of their own.
    let last = head >> 16 | UInt64(tail) << 48
    let isPrintable = (Self.unprintable(head) | Self.unprintable(last)) & 0x8080_8080_8080_8080 == 0
    return isPrintable && !(head == Self.blanks && last == Self.blanks)
  }

  private static var blanks: UInt64 { 0x2020_2020_2020_2020 }

  /// The top bit of a byte is set when it, or one below it, is not in 0x20...0x7E.
  @inline(__always)
  private static func unprintable(_ word: UInt64) -> UInt64 {
    // 0x7F reaches the top bit by adding 1, and all from 0x20 on by adding 0x60. A carry into the next byte needs
    // a byte that has its own top bit set already.
    word | (word &+ 0x0101_0101_0101_0101) | ~(word &+ 0x6060_6060_6060_6060)
  }
}
