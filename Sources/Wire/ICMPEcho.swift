/// An ICMP echo request or reply (RFC 792, page 14).
///
///     0      1      2          4    6          8
///     | type | code | checksum | id | sequence | data
public struct ICMPEcho: ~Escapable {
  public static let headerByteCount = 8
  public static let request: UInt8 = 8
  public static let reply: UInt8 = 0

  private let message: RawSpan
  /// Whether it asks or answers.
  public let isRequest: Bool

  /// Looks at a whole ICMP message. Throws `truncated`, `badChecksum`, and `unknownOperation` for other messages.
  @_lifetime(copy message)
  public init(checking message: RawSpan) throws(MalformedPacket) {
    guard message.byteCount >= Self.headerByteCount else { throw .truncated }
    var checksum = InternetChecksum()
    checksum.add(message, at: 0, byteCount: message.byteCount)
    guard checksum.isIntact else { throw .badChecksum }
    let type = message.byte(at: 0)
    guard type == Self.request || type == Self.reply, message.byte(at: 1) == 0 else {
      throw .unknownOperation
    }
    isRequest = type == Self.request
    self.message = message
  }

  public var identifier: UInt16 { message.bigEndian(at: 4) }
  public var sequence: UInt16 { message.bigEndian(at: 6) }

  /// Writes the reply to this request at `offset`. Traps when it does not fit. Complexity: O(byte count).
  public func writeReply(into frame: inout MutableRawSpan, at offset: Int) {
    frame.copy(message, from: 0, byteCount: message.byteCount, to: offset)
    let type: UInt16 = message.littleEndian(at: 0)
    let field: UInt16 = message.littleEndian(at: 2)
    frame.storeLittleEndian(UInt16(Self.reply), at: offset)
    frame.storeLittleEndian(
      InternetChecksum.updated(field, replacing: type, with: UInt16(Self.reply)), at: offset + 2)
  }
}
