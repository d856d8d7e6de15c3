/// A message with a fixed layout.
public protocol EncodableMessage {
  /// How many bytes `encode` writes.
  static var byteCount: Int { get }

  /// Writes the message to the start of `bytes`. Traps when they are fewer than `byteCount`.
  func encode(into bytes: inout MutableRawSpan)
}

/// A message to a client.
public protocol OutboundMessage: EncodableMessage {}

/// Takes the engine's answers, in the order in which they happened.
///
/// It must always accept: the engine's state has changed when it emits. One message in may give many out; see
/// `OrderEngine.mostReplies`. Mark `emit` to be inlined: the messages are then encoded without being built first.
public protocol ReplySink: ~Copyable {
  /// Appends a message to the stream of one client.
  ///
  /// - Parameter client: the index the engine was given with the client's messages.
  mutating func emit<Message: OutboundMessage>(_ message: Message, to client: Int)
}
