public import Buffers

/// One producer, one consumer, a stream of bytes without boundaries: a pipe between two tasks.
///
/// Bytes go in and come out in runs of any length; every operation is wait-free, and O(bytes copied). The capacity is in
/// bytes. For messages with boundaries there is `FramedPipe`.
///
/// With the policy to refuse, what does not fit stays with the writer; a pipe cannot drop bytes from its stream, so with
/// `dropNewest` only single bytes that are pushed are dropped.
public struct PipeLink<Word: SharedWord & ~Copyable>: ~Copyable {
  private let pipe: Pipe<Word>

  /// Context: boot.
  public init(_ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    pipe = try Pipe(properties, tailByteCount: 0, in: &arena)
  }

  /// The two ends. The link itself is gone then, so there cannot be a second producer.
  public consuming func link() -> Ends { Ends(pipe) }

  /// Both ends of a pipe, each to be moved to where it is used.
  @frozen public struct Ends: ~Copyable {
    public var producer: PipeLinkProducer<Word>
    public var consumer: PipeLinkConsumer<Word>

    init(_ pipe: Pipe<Word>) {
      producer = PipeLinkProducer(pipe)
      consumer = PipeLinkConsumer(pipe)
    }
  }
}

/// What both ends of a pipe hold.
struct Pipe<Word: SharedWord & ~Copyable>: Sendable {
  /// Bytes published so far: written by the producer.
  static var published: Int { 0 }
  /// Bytes consumed so far: written by the consumer.
  static var consumed: Int { 1 }
  /// Ends that are gone.
  static var departed: Int { 2 }
  /// Not zero when the consumer asks to be woken.
  static var sleeping: Int { 3 }

  let ring: ByteRing<Word>
  let words: SharedWords<4, Word>
  let properties: QueueProperties

  init(_ properties: QueueProperties, tailByteCount: Int, in arena: inout Arena) throws(QueueError) {
    try properties.check()
    if case .dropOldest = properties.overflow { throw .cannotDropOldest }
    do throws(ArenaError) {
      ring = try ByteRing(capacity: properties.capacity, tailByteCount: tailByteCount, in: &arena)
      words = try SharedWords(repeating: properties.firstSequence, in: &arena)
    } catch {
      throw QueueError(error)
    }
    self.properties = properties
    words[Self.departed].store(0)
    words[Self.sleeping].store(0)
  }

  /// Notes that one end is gone.
  func depart() { _ = words[Self.departed].add(1) }

  /// When it says yes, all that the other end published can be seen.
  var hasOtherDeparted: Bool { words[Self.departed].loadAcquiring() > 0 }
}
