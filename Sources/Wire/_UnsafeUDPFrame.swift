// The quick way to read the frames that carry orders. Unsafe code lives here: the frame's length is checked once,
// and then every header field lies at an offset known in advance.

/// An Ethernet frame with a UDP datagram behind an IPv4 header without options, not fragmented.
///
/// It says no more than yes or no: whoever needs to know why not reads the headers one by one. Addresses are not
/// judged here, and checksums only when `isIntact` is asked.
public struct UDPFrame: ~Escapable {
  /// Ethernet, IPv4 without options, UDP.
  public static let headerByteCount = 42

  private let frame: RawSpan
  /// What the datagram carries, at `headerByteCount`.
  public let payloadByteCount: Int

  /// Checks kind and lengths.
  @inline(__always) @_lifetime(copy frame)
  public init?(_ frame: RawSpan) {
    guard frame.byteCount >= Self.headerByteCount else { return nil }
    self.frame = frame
    // Type IPv4, version 4, five words of header; no part of a larger packet, any time to live, UDP.
    let kind: UInt32 = Self.load(frame, at: 12)
    let flags: UInt32 = Self.load(frame, at: 20)
    guard kind & 0xFF_FFFF == 0x45_0008, flags & 0xFF00_FF3F == 0x1100_0000 else { return nil }
    let total = Int(Self.load(frame, at: 16, as: UInt16.self).byteSwapped)
    payloadByteCount = total &- 28
    // At least nothing and at most what the frame holds, in one: less than nothing is a large number.
    let room = UInt(bitPattern: frame.byteCount &- Self.headerByteCount)
    guard UInt(bitPattern: payloadByteCount) <= room else { return nil }
    let length = UInt16(truncatingIfNeeded: total &- 20).byteSwapped
    guard Self.load(frame, at: 38) == length else { return nil }
  }

  /// Whether both checksums are right, that of UDP also when it is left out (RFC 768). Complexity: O(payload).
  @inline(__always)
  public var isIntact: Bool {
    let addresses: UInt64 = Self.load(frame, at: 26)
    var header = InternetChecksum(partialSum: Self.load(frame, at: 14))
    header.add(littleEndianWord: UInt64(Self.load(frame, at: 22, as: UInt32.self)))
    header.add(littleEndianWord: addresses)
    guard header.isIntact else { return false }
    guard Self.load(frame, at: 40, as: UInt16.self) != 0 else { return true }
    var datagram = InternetChecksum(partialSum: addresses)
    datagram.add(
      littleEndianWord: UInt64(Self.load(frame, at: 38, as: UInt16.self)) &+ UInt64(IPv4Packet.udp) << 8)
    // SAFETY: the datagram's end was checked against the frame's.
    let sum = unsafe _uncheckedSum(
      of: frame, at: 34, byteCount: payloadByteCount &+ 8, onto: datagram.partialSum)
    return InternetChecksum(partialSum: sum).isIntact
  }

  /// Reads a header field in memory order.
  @inline(__always)
  private static func load<Field: FixedWidthInteger & BitwiseCopyable>(
    _ frame: RawSpan, at offset: Int, as: Field.Type = Field.self
  ) -> Field {
    // SAFETY: all fields asked for here lie in the first 42 bytes, and `init` made sure of those.
    unsafe frame.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Field.self)
  }

  /// The receiving station in the upper 48 bits, in memory order.
  @inline(__always)
  public var destinationField: UInt64 { Self.load(frame, at: 0, as: UInt64.self) << 16 }
  /// Whether a group of stations sent it.
  @inline(__always)
  public var isFromGroup: Bool { Self.load(frame, at: 6, as: UInt8.self) & 1 != 0 }
  @inline(__always)
  public var source: IPv4Address {
    IPv4Address(rawValue: Self.load(frame, at: 26, as: UInt32.self).byteSwapped)
  }
  /// The receiving host, in memory order.
  @inline(__always)
  public var destinationAddressField: UInt32 { Self.load(frame, at: 30) }
  @inline(__always)
  public var sourcePort: UInt16 { Self.load(frame, at: 34, as: UInt16.self).byteSwapped }
  @inline(__always)
  public var destinationPort: UInt16 { Self.load(frame, at: 36, as: UInt16.self).byteSwapped }
}
