public import Sessions
public import Orders

/// What an order node did with what it received, since boot. Every datagram and message ends in exactly one counter.
public struct NodeCounters: Sendable {
  /// Datagrams that held messages, or asked to send again.
  public internal(set) var packets: UInt64 = 0
  public internal(set) var retransmissionRequests: UInt64 = 0
  /// Messages by kind.
  public var enters: UInt64 { messages[Int(InboundKind.enter.rawValue)] }
  public var replaces: UInt64 { messages[Int(InboundKind.replace.rawValue)] }
  public var cancels: UInt64 { messages[Int(InboundKind.cancel.rawValue)] }
  public var queries: UInt64 { messages[Int(InboundKind.query.rawValue)] }
  private var messages = InlineArray<4, UInt64>(repeating: 0)
  /// Messages of names beyond the most that are kept.
  public internal(set) var unknownClients: UInt64 = 0
  /// Messages dropped because the journal has no room left for their answer.
  public internal(set) var droppedForRoom: UInt64 = 0
  /// Enters and Replaces rejected because the journal has no room for more orders.
  public internal(set) var refusedForRoom: UInt64 = 0
  /// Whether the journal was too full for something.
  public var hasRefused: Bool { refusedForRoom | droppedForRoom != 0 }
  /// Datagrams of which a message had to wait for what was under way.
  public internal(set) var heldDatagrams: UInt64 = 0
  /// Datagrams sent, and the messages in them, those sent again not included.
  public internal(set) var datagramsSent: UInt64 = 0
  public internal(set) var messagesSent: UInt64 = 0
  private var malformedPackets = InlineArray<4, UInt64>(repeating: 0)
  private var malformedMessages = InlineArray<5, UInt64>(repeating: 0)

  public subscript(reason: MalformedMold) -> UInt64 { malformedPackets[Int(reason.rawValue)] }
  public subscript(reason: MalformedMessage) -> UInt64 { malformedMessages[Int(reason.rawValue)] }

  mutating func count(_ reason: MalformedMold) { malformedPackets[Int(reason.rawValue)] &+= 1 }
  mutating func count(_ reason: MalformedMessage) { malformedMessages[Int(reason.rawValue)] &+= 1 }

  @inline(__always)
  mutating func count(_ kind: InboundKind) { messages[Int(kind.rawValue)] &+= 1 }
}
