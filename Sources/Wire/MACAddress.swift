/// An Ethernet address of 48 bits (IEEE 802.3-2018, 3.2.3).
@frozen public struct MACAddress: Equatable, Sendable, BitwiseCopyable {
  /// The six bytes as they lie in memory on a little-endian machine: the first one sent is the lowest.
  public let littleEndianValue: UInt64

  /// - Parameter littleEndianValue: the upper 16 bits are ignored.
  @inline(__always)
  public init(littleEndianValue: UInt64) {
    self.littleEndianValue = littleEndianValue & 0xFFFF_FFFF_FFFF
  }

  /// The address whose bytes are written `a:b:c:d:e:f`.
  public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8) {
    let low = UInt64(a) | UInt64(b) << 8 | UInt64(c) << 16
    self.init(littleEndianValue: low | UInt64(d) << 24 | UInt64(e) << 32 | UInt64(f) << 40)
  }

  /// All stations.
  public static var broadcast: MACAddress { MACAddress(littleEndianValue: .max) }
  /// No station; never valid on the wire except as the unknown address in an ARP request.
  public static var zero: MACAddress { MACAddress(littleEndianValue: 0) }

  /// Whether it names a group of stations; `broadcast` does.
  @inline(__always)
  public var isMulticast: Bool { littleEndianValue & 1 != 0 }

  /// Whether it can be one station's own address.
  @inline(__always)
  public var isStation: Bool { !isMulticast && littleEndianValue != 0 }
}

extension RawSpan {
  /// Reads the Ethernet address in the six bytes at `offset`. Traps outside the span.
  @inline(__always)
  public func macAddress(at offset: Int) -> MACAddress {
    let low: UInt32 = littleEndian(at: offset)
    let high: UInt16 = littleEndian(at: offset &+ 4)
    return MACAddress(littleEndianValue: UInt64(low) | UInt64(high) << 32)
  }
}

extension MutableRawSpan {
  /// Writes an Ethernet address to the six bytes at `offset`. Traps outside the span.
  @inline(__always) @_lifetime(self: copy self)
  public mutating func store(_ address: MACAddress, at offset: Int) {
    storeLittleEndian(UInt32(truncatingIfNeeded: address.littleEndianValue), at: offset)
    storeLittleEndian(UInt16(truncatingIfNeeded: address.littleEndianValue >> 32), at: offset &+ 4)
  }
}
