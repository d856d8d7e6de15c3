public import Orders
import Sessions
import Wire

/// Where the engine's answers go: into the clients' outbound streams, to be sent when the journal entry that
/// produced them is durable.
public struct AnswerSink: ReplySink, ~Copyable {
  var clients: ClientTable
  /// The journal entry that is being applied; 0 without a journal.
  var entry: UInt64 = 0
  /// Answers of all clients since the last time that everything could be sent.
  var gatheredCount = 0

  @inline(__always)
  public mutating func emit<Message: OutboundMessage>(_ message: Message, to client: Int) {
    var bytes = clients.append(to: client, byteCount: Message.byteCount, entry: entry)
    message.encode(into: &bytes)
    gatheredCount &+= 1
  }

  /// Appends a message that another core has made, behind its length.
  @inline(__always)
  mutating func take(block: RawSpan, for client: Int) {
    clients.append(block: block, to: client, entry: entry)
    gatheredCount &+= 1
  }
}
