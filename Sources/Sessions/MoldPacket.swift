import Wire

/// A whole MoldUDP64 packet, checked before any message of it is given out.
///
/// The session field is checked apart, by `checkSession`: a name that is known is a valid one.
public struct MoldPacket: ~Escapable {
  private let datagram: RawSpan
  /// The client, in either direction.
  public let session: ClientName
  /// How many messages it holds; 0 for a retransmission request, whatever its count field says.
  public let messageCount: Int

  /// Looks at a datagram's payload. Complexity: O(messages).
  @inline(__always) @_lifetime(copy datagram)
  public init(checking datagram: RawSpan) throws(MalformedMold) {
    let byteCount = datagram.byteCount
    guard byteCount >= MoldHeader.byteCount else { throw .truncated }
    session = ClientName(datagram, at: 0)
    self.datagram = datagram
    guard byteCount > MoldHeader.byteCount else {
      messageCount = 0
      return
    }
    messageCount = Int(datagram.bigEndian(at: MoldHeader.countOffset, as: UInt16.self))
    var position = MoldHeader.byteCount
    for _ in 0..<messageCount {
      guard byteCount &- position >= MoldHeader.blockHeaderByteCount else { throw .messageOverrun }
      position &+= 2 &+ Int(datagram.bigEndian(at: position, as: UInt16.self))
      guard position <= byteCount else { throw .messageOverrun }
    }
    guard position == byteCount else { throw .trailingBytes }
  }

  /// Throws when the session field is no name.
  public func checkSession() throws(MalformedMold) {
    guard session.isValid else { throw .badSession }
  }

  /// The message of a packet that holds just one.
  public var onlyMessage: RawSpan? {
    @inline(__always) @_lifetime(copy self) get {
      guard messageCount == 1 else { return nil }
      return datagram.extracting(MoldHeader.byteCount + MoldHeader.blockHeaderByteCount..<datagram.byteCount)
    }
  }

  /// The sequence number of the first message, or of the first one asked for.
  public var sequence: UInt64 { datagram.bigEndian(at: MoldHeader.sequenceOffset) }

  /// Whether it is the bare header: a request to send again from `sequence` on.
  @inline(__always)
  public var isRequest: Bool { datagram.byteCount == MoldHeader.byteCount }

  /// The messages, first to last.
  public var messages: MoldMessages {
    @inline(__always) @_lifetime(copy self) get { MoldMessages(datagram, count: messageCount) }
  }
}

/// The messages of a checked packet, each given once.
public struct MoldMessages: ~Escapable {
  private let datagram: RawSpan
  private var position: Int
  private var remainingCount: Int

  @inline(__always) @_lifetime(copy datagram)
  init(_ datagram: RawSpan, count: Int) {
    self.datagram = datagram
    position = MoldHeader.byteCount
    remainingCount = count
  }

  /// The next message; nothing after the last.
  @inline(__always) @_lifetime(copy self)
  public mutating func next() -> RawSpan? {
    guard remainingCount > 0 else { return nil }
    remainingCount &-= 1
    let start = position &+ MoldHeader.blockHeaderByteCount
    position = start &+ Int(datagram.bigEndian(at: position, as: UInt16.self))
    return datagram.extracting(start..<position)
  }
}
