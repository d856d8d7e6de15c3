import Buffers

/// Where the next message of a consumer lies, as long as the consumer has not dropped it. Unlike `RingConsumer.inspect` it
/// does not borrow the consumer, so that whoever owns both can change itself while it looks.
public struct RingPlace<Ring: RingReading>: Sendable {
  let ring: Ring
  let position: UInt64

  /// Shows the message.
  @inline(__always)
  public func inspect<Result>(_ body: (borrowing Ring.Message) -> Result) -> Result {
    ring.inspect(at: position, body)
  }

  /// Shows the message's bytes, which are not copied.
  @inline(__always)
  public func inspectBytes<Message: BitwiseCopyable, Word: SharedWord & ~Copyable, Result>(
    _ body: (RawSpan) -> Result
  ) -> Result where Ring == VecRing<Message, Word> {
    ring.inspectBytes(at: position, body)
  }
}
