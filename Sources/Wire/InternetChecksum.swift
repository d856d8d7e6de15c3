/// The checksum of IPv4, ICMP and UDP (RFC 1071): the ones' complement of a ones' complement sum of 16-bit words.
///
/// The sum does not depend on byte order (RFC 1071, 2 (B)), so it is taken over words as they lie in memory,
/// eight bytes at a time with the carry added back, and folded to 16 bits once at the end.
@frozen public struct InternetChecksum: Sendable, BitwiseCopyable {
  /// The sum so far, of words in memory order; congruent to the 16-bit sum modulo 65,535.
  public var partialSum: UInt64

  @inline(__always)
  public init(partialSum: UInt64 = 0) { self.partialSum = partialSum }

  /// Adds eight bytes as they lie in memory (or fewer, the rest zero), from an even offset in what is summed.
  @inline(__always)
  public mutating func add(littleEndianWord word: UInt64) {
    let (sum, carry) = partialSum.addingReportingOverflow(word)
    partialSum = sum &+ (carry ? 1 : 0)
  }

  /// Adds one 16-bit number, as in a pseudo-header.
  @inline(__always)
  public mutating func add(_ number: UInt16) { add(littleEndianWord: UInt64(number.bigEndian)) }

  /// Adds `byteCount` bytes at `offset`, as if at an even offset; an odd last byte counts as the first of two.
  ///
  /// Traps when they do not lie inside the span. Complexity: O(`byteCount`), 32 bytes a turn.
  @inline(__always)
  public mutating func add(_ bytes: RawSpan, at offset: Int, byteCount: Int) {
    partialSum = _sum(of: bytes, at: offset, byteCount: byteCount, onto: partialSum)
  }

  /// The sum, folded to 16 bits, in memory order; all ones over anything that contains its own right checksum.
  @inline(__always)
  public var folded: UInt16 {
    // Adding the halves crosswise leaves the end-around sum in the upper half.
    Self.fold(UInt32(truncatingIfNeeded: (partialSum &+ (partialSum << 32 | partialSum >> 32)) >> 32))
  }

  /// The end-around sum of a number's two halves.
  @inline(__always)
  public static func fold(_ sum: UInt32) -> UInt16 {
    UInt16(truncatingIfNeeded: (sum &+ (sum << 16 | sum >> 16)) >> 16)
  }

  /// Whether what was summed, its checksum field included, is intact: the sum is zero modulo 65,535.
  ///
  /// All bytes zero count as intact; no header of a protocol above is.
  @inline(__always)
  public var isIntact: Bool { partialSum % 65_535 == 0 }

  /// The value for the checksum field, which was zero or left out in the sum; for `storeLittleEndian`.
  @inline(__always)
  public var fieldLittleEndian: UInt16 { ~folded }

  /// The checksum after one 16-bit word changed (RFC 1624, 3, equation 3). All numbers in memory order.
  public static func updated(_ field: UInt16, replacing old: UInt16, with new: UInt16) -> UInt16 {
    InternetChecksum(partialSum: UInt64(~field) + UInt64(~old) + UInt64(new)).fieldLittleEndian
  }
}
