import Orders
import Sessions
import Wire

/// One client's place in the stream of messages the guest sends it: numbered from 1, delivered once and in order,
/// whatever the network loses, repeats or reorders.
struct ReplyStream {
  let name: ClientName
  /// The number of the next message to deliver; nothing until the guest has told it.
  private(set) var nextSequence: UInt64?
  /// Messages the guest no longer keeps.
  private(set) var lostCount: UInt64 = 0
  /// Messages that no code here can read.
  private(set) var malformedCount: UInt64 = 0
  /// The number behind the last message seen, delivered or not.
  private var seenEnd: UInt64 = 0

  /// - Parameter first: the number to begin at; when not given, the guest is asked for the next to come.
  init(_ name: ClientName, from first: UInt64? = nil) {
    self.name = name
    nextSequence = first
  }

  /// Whether messages are known to be missing in front of one that was seen.
  var hasGap: Bool { nextSequence.map { $0 < seenEnd } ?? false }

  /// The datagram that asks for what comes next: the place in the stream at first, later whatever is missing.
  var request: [UInt8] { ClientPacket.request(name, from: nextSequence ?? .max) }

  /// Takes a packet of the guest and delivers what is next in order.
  mutating func take(_ packet: borrowing MoldPacket, deliver: (OutboundReply) -> Void) {
    guard packet.session == name else { return }
    guard packet.messageCount > 0 else { return takePlace(packet.sequence) }
    let (end, overflow) = packet.sequence.addingReportingOverflow(UInt64(packet.messageCount))
    guard let next = nextSequence, !overflow else { return }
    seenEnd = max(seenEnd, end)
    guard packet.sequence <= next, end > next else { return }
    var sequence = packet.sequence
    var messages = packet.messages
    while let message = messages.next() {
      if sequence >= next { read(message, deliver) }
      sequence += 1
    }
    nextSequence = end
  }

  /// The guest has nothing to send: `sequence` is the oldest it keeps, or the next to come.
  private mutating func takePlace(_ sequence: UInt64) {
    guard let next = nextSequence else {
      nextSequence = sequence
      return
    }
    guard sequence > next else { return }
    lostCount += sequence - next
    nextSequence = sequence
  }

  private mutating func read(_ message: RawSpan, _ deliver: (OutboundReply) -> Void) {
    if let reply = try? OutboundReply(parsing: message) { deliver(reply) } else { malformedCount += 1 }
  }
}
