public import Orders
public import Sessions
import Wire

/// One input of the order process as the journal keeps it: who sent what, and when it was applied. Sending the
/// entries of a journal through the order process again gives the same state and the same answers, byte for byte.
///
/// Layout, little-endian: kind 0:1, client name 1:10, nanoseconds since midnight 11:8, OUCH message from 19 on.
public struct JournalEntry: Equatable, Sendable {
  public enum Kind: UInt8, Sendable {
    /// The message was applied.
    case applied = 1
    /// There was no room for the message, or in the journal for what it could grow into, and it was rejected for that.
    case refused = 2

    /// Of an input that was applied: one that found no room must find none in a replay with more of it either.
    @inline(__always)
    init(_ application: Application) { self = application == .rejectedForRoom ? .refused : .applied }
  }

  /// Bytes in front of the message.
  public static let headerByteCount = 19
  /// The most entry bytes, prefixes of the journal included, that one datagram's messages can make: queries of one
  /// byte in blocks of three.
  public static let mostBytesOfDatagram =
    (ClientLimits.datagramByteCount - 20) / 3 * (headerByteCount + 2) + ClientLimits.datagramByteCount

  public let kind: Kind
  public let client: ClientName
  public let nanosecondsSinceMidnight: UInt64
  public let message: InboundMessage

  /// Reads an entry; nothing when no order process wrote these bytes.
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount > Self.headerByteCount, let kind = Kind(rawValue: bytes.byte(at: 0)),
      let message = try? InboundMessage(parsing: bytes.extracting(Self.headerByteCount..<bytes.byteCount))
    else { return nil }
    self.kind = kind
    client = ClientName(bytes, at: 1)
    nanosecondsSinceMidnight = bytes.littleEndian(at: 11)
    self.message = message
  }

  /// Writes an entry with the message as it came.
  @inline(__always)
  static func write(
    _ kind: Kind, _ client: ClientName, at nanosecondsSinceMidnight: UInt64, message: RawSpan,
    into bytes: inout MutableRawSpan
  ) {
    bytes.storeBytes(of: kind.rawValue, as: UInt8.self)
    client.write(into: &bytes, at: 1)
    bytes.storeLittleEndian(nanosecondsSinceMidnight, at: 11)
    bytes.copy(message, from: 0, byteCount: message.byteCount, to: headerByteCount)
  }
}
