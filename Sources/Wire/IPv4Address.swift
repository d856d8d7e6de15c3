/// An IPv4 address, in the host's byte order.
@frozen public struct IPv4Address: Equatable, Sendable, BitwiseCopyable {
  public let rawValue: UInt32

  @inline(__always)
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The address written `a.b.c.d`.
  public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
    rawValue = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
  }

  /// No host; the sender of an ARP probe (RFC 5227, 1.1).
  public static var zero: IPv4Address { IPv4Address(rawValue: 0) }

  /// Whether it can be one host's address beyond this machine: not in 0/8 or 127/8, and below 224/4
  /// (RFC 1122, 3.2.1.3; RFC 6890, 2.2.2).
  @inline(__always)
  public var isHost: Bool {
    rawValue &- 0x0100_0000 < 0xDF00_0000 && rawValue >> 24 != 127
  }
}

/// Where UDP datagrams come from or go to.
@frozen public struct UDPEndpoint: Equatable, Sendable, BitwiseCopyable {
  public let address: IPv4Address
  public let port: UInt16

  @inline(__always)
  public init(address: IPv4Address, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Nowhere: what stands in a record before an endpoint is known.
  public static var none: UDPEndpoint { UDPEndpoint(address: .zero, port: 0) }
}

extension RawSpan {
  /// Reads the IPv4 address in the four bytes at `offset`. Traps outside the span.
  @inline(__always)
  public func ipv4Address(at offset: Int) -> IPv4Address {
    IPv4Address(rawValue: bigEndian(at: offset))
  }
}

extension MutableRawSpan {
  /// Writes an IPv4 address to the four bytes at `offset`. Traps outside the span.
  @inline(__always) @_lifetime(self: copy self)
  public mutating func store(_ address: IPv4Address, at offset: Int) {
    storeBigEndian(address.rawValue, at: offset)
  }
}
