public import Buffers
public import Streams
public import Timing

/// One producer, up to 64 consumers, a fixed ring: each message goes to one consumer, the first that claims it.
///
/// Messages are claimed in the order of their pushes, so each consumer sees its own in that order. Pushing is wait-free,
/// O(1); taking is lock-free: whoever begins again does so because another consumer took something. Who sleeps is woken
/// by the next message, all of them, and the first takes it.
public struct VecShare<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  public typealias Producer = RingProducer<ShareRing<Message, Word>>
  private var producer: Producer

  /// A queue of at most `consumers` consumers at a time, 1 to 64. Context: boot.
  public init(consumers: Int, _ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    try properties.checkWaiting()
    let ring = try ShareRing<Message, Word>(consumers: consumers, properties, in: &arena)
    do throws(ArenaError) {
      producer = RingProducer(try Placed(ring, in: &arena))
    } catch {
      throw QueueError(error)
    }
  }

  /// The next consumer; `endsOutOfRange` when as many as the queue was made for are there.
  ///
  /// - Parameter waiting: how this consumer is woken, if not as the queue's properties say.
  public mutating func sub(
    waiting: WaitStrategy? = nil
  ) throws(QueueError) -> VecShareConsumer<Message, Word> {
    try producer.sub(waiting: waiting)
  }

  /// The producer. The queue itself is gone then, so there cannot be a second one.
  public consuming func pub() -> Producer { producer }
}

extension RingProducer {
  /// One more consumer, who shares in what is there already; `endsOutOfRange` when as many as the queue was made for are
  /// there. One that was dropped makes place for another.
  public mutating func sub<Element: ~Copyable, Word: SharedWord & ~Copyable>(
    waiting: WaitStrategy? = nil
  ) throws(QueueError) -> VecShareConsumer<Element, Word> where Ring == ShareRing<Element, Word> {
    let index = try ring.join(waiting)
    if let waiting, waiting.hasHook { watch() }
    return VecShareConsumer(ring, index)
  }
}

/// One of the consuming ends of a `VecShare`. One that is dropped loses nothing: the others take what it would have.
public struct VecShareConsumer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Consumer, ~Copyable {
  private let ring: ShareRing<Message, Word>
  private let index: Int

  init(_ ring: ShareRing<Message, Word>, _ index: Int) {
    self.ring = ring
    self.index = index
  }

  deinit { ring.departReader(index) }

  public var capacity: Int { ring.properties.capacity }

  public mutating func poll(at now: Instant) -> Poll<Message, Never> {
    var (first, count) = ring.claim(upTo: 1)
    if count == 0 {
      guard ring.isProducerless else { return .pending }
      // What the producer pushed before it left is still to be taken.
      (first, count) = ring.claim(upTo: 1)
      if count == 0 { return .ended }
    }
    return .ready(ring.take(at: first))
  }

  /// Takes up to `limit` messages, and at most a batch, with one claim.
  ///
  /// - Returns: how many there were.
  public mutating func drain(upTo limit: Int, _ receive: (consuming Message) -> Void) -> Int {
    let wanted = UInt64(truncatingIfNeeded: max(0, min(limit, ring.properties.batch)))
    let (first, count) = ring.claim(upTo: wanted)
    for index in 0..<count { receive(ring.take(at: first &+ UInt64(truncatingIfNeeded: index))) }
    return count
  }

  /// Asks for the wake hook at the next message, or when the producer leaves. True when either has happened already:
  /// poll first, and ask again.
  public mutating func armWakeup() -> Bool {
    ring.arm(index) { ring.hasMessage || ring.isProducerless }
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension VecShareConsumer: Sendable where Message: Sendable & ~Copyable, Word: ~Copyable {}
