/// The journal's checksum: XXH64 (xxHash specification 0.1.1), 64 bits, seed 0.
///
/// Chosen over CRC-32C because that needs either an instruction the image is built without or, from tables,
/// 31 instructions for 8 bytes where this needs 6 and no table; and because a torn sector passes 64 bits by
/// chance once in 2^64, not in 2^32. Short damage is not caught by construction, as with a CRC, but the tests
/// flip every bit. Not for use against forgery.
enum Checksum {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  /// The checksum of all bytes. Complexity: O(n), 32 bytes at a time.
  static func of(_ bytes: RawSpan) -> UInt64 {
    let count = bytes.byteCount
    var offset = 0
    var hash = prime5
    if count >= 32 { hash = stripes(bytes, &offset) }
    hash &+= UInt64(truncatingIfNeeded: count)
    while count &- offset >= 8 {
      hash = rotate(hash ^ round(0, word(bytes, offset)), 27) &* prime1 &+ prime4
      offset &+= 8
    }
    return mix(rest(bytes, offset, hash))
  }

  /// The part that is a multiple of 32 bytes; moves `offset` behind it.
  @inline(__always)
  private static func stripes(_ bytes: RawSpan, _ offset: inout Int) -> UInt64 {
    var first = prime1 &+ prime2
    var second = prime2
    var third: UInt64 = 0
    var fourth = 0 &- prime1
    let last = bytes.byteCount &- 32
    repeat {
      first = round(first, word(bytes, offset))
      second = round(second, word(bytes, offset &+ 8))
      third = round(third, word(bytes, offset &+ 16))
      fourth = round(fourth, word(bytes, offset &+ 24))
      offset &+= 32
    } while offset <= last
    var hash = rotate(first, 1) &+ rotate(second, 7) &+ rotate(third, 12) &+ rotate(fourth, 18)
    hash = (hash ^ round(0, first)) &* prime1 &+ prime4
    hash = (hash ^ round(0, second)) &* prime1 &+ prime4
    hash = (hash ^ round(0, third)) &* prime1 &+ prime4
    return (hash ^ round(0, fourth)) &* prime1 &+ prime4
  }

  /// The last 0 to 7 bytes.
  @inline(__always)
  private static func rest(_ bytes: RawSpan, _ start: Int, _ startHash: UInt64) -> UInt64 {
    var offset = start
    var hash = startHash
    if bytes.byteCount &- offset >= 4 {
      // SAFETY: four bytes are left, as just checked.
      let half = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)
      hash = rotate(hash ^ (UInt64(half.littleEndian) &* prime1), 23) &* prime2 &+ prime3
      offset &+= 4
    }
    while offset < bytes.byteCount {
      // SAFETY: the offset is below the count.
      let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
      hash = rotate(hash ^ (UInt64(byte) &* prime5), 11) &* prime1
      offset &+= 1
    }
    return hash
  }

  @inline(__always)
  private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
    // SAFETY: both callers ask only where eight bytes from `offset` on lie inside the span.
    unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self).littleEndian
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* prime2, 31) &* prime1
  }

  @inline(__always)
  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value &<< count | value &>> (64 &- count)
  }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    let once = (value ^ value &>> 33) &* prime2
    let twice = (once ^ once &>> 29) &* prime3
    return twice ^ twice &>> 32
  }
}
