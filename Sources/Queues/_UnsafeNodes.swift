/// Messages in nodes. Which nodes hold one is what the queue knows: see `Slots`.
extension NodePool where Message: ~Copyable, Word: ~Copyable {
  /// Moves a message into an empty node.
  @inline(__always)
  func put(_ message: consuming Message, in node: UInt64) {
    // SAFETY: the caller owns the node and knows it empty; the pool made its payload for one message.
    let place = unsafe records.payload(node).assumingMemoryBound(to: Message.self)
    Word.willWrite(UInt(bitPattern: place))
    unsafe place.initialize(to: message)
  }

  /// Moves the message out of a node, leaving it empty.
  @inline(__always)
  func takeMessage(from node: UInt64) -> Message {
    // SAFETY: the caller owns the node and knows it full.
    let place = unsafe records.payload(node).assumingMemoryBound(to: Message.self)
    Word.willWrite(UInt(bitPattern: place))
    return unsafe place.move()
  }
}
