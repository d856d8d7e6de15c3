/// How much a client table holds, and the memory that takes.
public struct ClientLimits: Sendable {
  /// Names known at once, and so the clients in all.
  public static let clientCount = 64
  /// The longest message that can be sent.
  public static let maximumMessageByteCount = MessageRings.maximumMessageByteCount
  /// The longest datagram: an MTU of 1,500 less IPv4's and UDP's headers.
  public static let datagramByteCount = 1472

  /// Messages kept for each client, to be sent again: a power of two.
  public let messagesPerClient: Int

  /// - Parameter messagesPerClient: a power of two, 2 or more.
  public init(messagesPerClient: Int) {
    precondition(messagesPerClient >= 2 && messagesPerClient & (messagesPerClient - 1) == 0)
    self.messagesPerClient = messagesPerClient
  }

  /// The most messages that fit into `byteCount`, at least 16 and at most 65,536 a client.
  public init(fitting byteCount: Int) {
    var count = 16
    while count < 65_536, Self(messagesPerClient: count * 2).byteCount <= byteCount { count *= 2 }
    messagesPerClient = count
  }

  /// Memory for one client, in bytes: 80 for each message kept, and its record.
  public var byteCountPerClient: Int {
    messagesPerClient * MessageRings.stride + MemoryLayout<Client>.stride
  }

  /// Memory a client table carves from its arena, in bytes.
  public var byteCount: Int { Self.clientCount * byteCountPerClient + ClientTable.indexCount + 3 * 64 }
}
