/// The producing end of an overwriting ring. Wait-free.
public struct OverwritingProducer<Message: BitwiseCopyable, Word: SharedWord & ~Copyable>: Producer, ~Copyable
{
  private let ring: OverwritingRing<Message, Word>
  private var cursor: RingCursor
  private var isWatched: Bool

  init(_ ring: OverwritingRing<Message, Word>) {
    self.ring = ring
    cursor = RingCursor(ring.properties.firstSequence)
    isWatched = ring.properties.waiting.hasHook
  }

  deinit {
    _ = ring.readers.producerLeaves()
    // So that sleeping consumers learn of the end.
    ring.readers.wakeAll()
  }

  public var capacity: Int { ring.properties.capacity }
  public var hasConsumers: Bool { ring.readers.members != 0 }
  /// None: what is lost was taken by the queue, and each consumer counts its own.
  public var droppedCount: UInt64 { 0 }

  /// Adds a message, over the oldest one when the queue is full. Nothing is ever given back.
  @inline(__always)
  public mutating func push(_ message: consuming Message) -> Message? {
    ring.write(message, at: cursor)
    cursor.advance(in: capacity)
    if isWatched { ring.readers.wakeAll() }
    return nil
  }

  /// One more consumer, who sees the messages pushed from now on; `endsOutOfRange` when as many as the queue was made for
  /// are there. One that was dropped makes place for another.
  public mutating func sub(
    waiting: WaitStrategy? = nil
  ) throws(QueueError) -> OverwritingConsumer<Message, Word> {
    let index = try ring.readers.freeIndex()
    ring.readers.join(index, waiting)
    if let waiting, waiting.hasHook { isWatched = true }
    return OverwritingConsumer(ring, index, at: cursor)
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension OverwritingProducer: Sendable where Message: Sendable, Word: ~Copyable {}
