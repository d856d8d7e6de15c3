/// Messages in nodes. Which nodes hold one is what the queue knows: see `Slots`.
extension NodePool where Message: ~Copyable, Word: ~Copyable {
  /// Moves a message into an empty node.
  @inline(__always)
  func put(_ message: consuming Message, in node: UInt64) {
    // SAFETY: the caller owns the node and knows it empty.
    let place = unsafe self.place(node)
    Word.willWrite(UInt(bitPattern: place))
    unsafe place.initialize(to: message)
  }

  /// Moves the message out of a node, leaving it empty.
  @inline(__always)
  func takeMessage(from node: UInt64) -> Message {
    // SAFETY: the caller owns the node and knows it full.
    let place = unsafe self.place(node)
    Word.willWrite(UInt(bitPattern: place))
    return unsafe place.move()
  }

  @inline(__always)
  private func place(_ node: UInt64) -> UnsafeMutablePointer<Message> {
    // SAFETY: the pool made its payloads for one message each.
    unsafe records.payload(node, alignment: MemoryLayout<Message>.alignment)
      .assumingMemoryBound(to: Message.self)
  }
}
