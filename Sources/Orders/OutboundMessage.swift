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

  /// Hears that a reference number stands for no live order any more: the order left the books, or the number came
  /// with a message that was applied and whose order did not come to rest.
  ///
  /// Called exactly once for each number that an applied Enter or Replace brought, after the last answer about it; not
  /// for messages that are ignored, and not for orders that move to another engine. Where a Replace comes to no more
  /// than the cancellation of its original, its number may be used again, and is then heard of again. Nothing is done
  /// without an own definition.
  mutating func orderEnded(_ reference: UInt32, of client: Int)
}

extension ReplySink where Self: ~Copyable {
  @inline(__always) public mutating func orderEnded(_ reference: UInt32, of client: Int) {}
}
