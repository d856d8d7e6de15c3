/// What the producing end of a ring does to the memory that it shares with the consuming ones: the part in which the
/// rings of this module differ. No ring is made outside of the module, so nobody else calls these.
public protocol RingWriting<Message>: Sendable {
  associatedtype Message: ~Copyable

  var properties: QueueProperties { get }
  /// Whether no consumer is left.
  var isReaderless: Bool { get }

  /// Moves a message into a place that every reader has left.
  func put(_ message: consuming Message, at sequence: UInt64)
  /// Moves `count` messages into such places.
  func put(_ count: Int, at first: UInt64, _ make: (_ index: Int) -> Message)
  /// Takes out a message that was put and is not published yet.
  func takeBack(at sequence: UInt64) -> Message
  /// Changes a message that was put and is not published yet.
  func change(at sequence: UInt64, _ body: (inout Message) -> Void)

  /// Shows the messages of `first..<end` to the readers: all at once.
  func publish(_ first: UInt64, upTo end: UInt64)
  /// How far every reader is, between `known`, where they were before, and `position`, where the producer is. A ring that
  /// must search may stop at `wanted`, or one ring's length behind it.
  func slowestReader(from known: UInt64, wanted: UInt64, position: UInt64) -> UInt64

  /// Calls the hooks of those who asked to be woken.
  func wakeReaders()

  /// Whether anybody may wait for what was published, so that `wakeReaders` has something to do. After a publication.
  var mayHaveSleepers: Bool { get }
  /// Notes that the producer is gone. The last end drops what is left.
  func departProducer()
}

extension RingWriting {
  public var mayHaveSleepers: Bool { @inline(__always) get { true } }
}
