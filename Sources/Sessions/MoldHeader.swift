import Wire

/// The header of a MoldUDP64 packet (MoldUDP64 1.00, downstream packet header).
///
///     0         10         18      20
///     | session | sequence | count | count times { u16 byte count, message }
public enum MoldHeader {
  public static let byteCount = 20
  static let sequenceOffset = 10
  static let countOffset = 18
  /// What stands before each message: its length.
  public static let blockHeaderByteCount = 2

  /// Writes a header at `offset`. Traps when it does not lie inside `bytes`.
  @inline(__always)
  public static func write(
    session: ClientName, sequence: UInt64, count: Int, into bytes: inout MutableRawSpan, at offset: Int
  ) {
    session.write(into: &bytes, at: offset)
    bytes.storeBigEndian(sequence, at: offset &+ sequenceOffset)
    bytes.storeBigEndian(UInt16(truncatingIfNeeded: count), at: offset &+ countOffset)
  }
}

/// Why a datagram is not a MoldUDP64 packet. Anyone on the network can cause any of these.
public enum MalformedMold: UInt8, Error, Equatable, Sendable {
  /// Shorter than the header.
  case truncated
  /// The session field is not printable ASCII, or blank.
  case badSession
  /// A message's length leads beyond the datagram, or there are fewer messages than the header says.
  case messageOverrun
  /// There is more behind the last message.
  case trailingBytes

  /// How many reasons there are.
  public static let count = Int(trailingBytes.rawValue) + 1

  /// The reason as counters are printed.
  public var name: StaticString {
    switch self {
    case .truncated: "mold-truncated"
    case .badSession: "mold-bad-session"
    case .messageOverrun: "mold-message-overrun"
    case .trailingBytes: "mold-trailing-bytes"
    }
  }
}
