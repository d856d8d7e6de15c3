import Buffers

/// The ring of one producer and many consumers that each see every message: a message stays in its place until the one of
/// a lap later comes, which waits for the slowest consumer.
public struct PubRing<Message, Word: SharedWord & ~Copyable> {
  fileprivate let slots: Slots<Message, Word>
  /// Messages published so far.
  fileprivate let published: SharedWords<1, Word>
  /// Where each consumer is: written by it, and by the producer when it lets a consumer in.
  fileprivate let cursors: SharedWordTable<Word>
  fileprivate let readers: ReaderSet<Word>
  /// What the consumer of each number holds.
  private let places: Slots<Placed<PubReader<Message, Word>>, Word>
  public let properties: QueueProperties

  init(consumers: Int, _ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    readers = try ReaderSet(limit: consumers, properties.waiting, in: &arena)
    do throws(ArenaError) {
      slots = try Slots(capacity: properties.capacity, in: &arena)
      published = try SharedWords(repeating: properties.firstSequence, in: &arena)
      cursors = try SharedWordTable(repeating: properties.firstSequence, count: consumers, in: &arena)
      places = try Slots(capacity: consumers, in: &arena)
      self.properties = properties
      for index in 0..<consumers {
        let reader = PubReader(ring: self, index: index)
        places.put(try Placed(reader, in: &arena), at: UInt64(truncatingIfNeeded: index))
      }
    } catch {
      throw QueueError(error)
    }
  }

  /// Lets a consumer in that sees the messages from `position` on, where the producer is.
  func join(
    at position: UInt64, _ waiting: WaitStrategy?
  ) throws(QueueError) -> Placed<PubReader<Message, Word>> {
    let index = try readers.freeIndex()
    cursors[index].store(position)
    readers.join(index, waiting)
    return places[UInt64(truncatingIfNeeded: index)]
  }

  /// Whether the place of `sequence` holds a message of the lap before.
  @inline(__always)
  private func isLapped(_ sequence: UInt64) -> Bool {
    sequence &- properties.firstSequence >= slots.placeCount
  }

  fileprivate func dropAll() {
    let end = published[0].loadAcquiring()
    for back in 0..<min(end &- properties.firstSequence, slots.placeCount) {
      _ = slots.take(at: end &- 1 &- back)
    }
  }
}

extension PubRing: RingWriting where Word: ~Copyable {
  public var isReaderless: Bool { readers.members == 0 }

  @inline(__always)
  public func put(_ message: Message, at sequence: UInt64) {
    if isLapped(sequence) { _ = slots.take(at: sequence) }
    slots.put(message, at: sequence)
  }
  @inline(__always)
  public func put(_ count: Int, at first: UInt64, _ make: (_ index: Int) -> Message) {
    for index in 0..<count { put(make(index), at: first &+ UInt64(truncatingIfNeeded: index)) }
  }
  /// A lap later each place is full, whatever it is full of; before, it is left empty.
  public func takeBack(at sequence: UInt64) -> Message {
    isLapped(sequence) ? slots[sequence] : slots.take(at: sequence)
  }
  @inline(__always)
  public func change(at sequence: UInt64, _ body: (inout Message) -> Void) { body(&slots[sequence]) }

  @inline(__always)
  public func publish(_ first: UInt64, upTo end: UInt64) { published[0].storeReleasing(end) }

  /// As known when no consumer is left. Complexity: O(consumers).
  public func slowestReader(from known: UInt64, wanted: UInt64, position: UInt64) -> UInt64 {
    var rest = readers.members
    var lag = rest == 0 ? position &- known : 0
    while rest != 0 {
      lag = max(lag, position &- cursors[rest.trailingZeroBitCount].loadAcquiring())
      rest &= rest &- 1
    }
    return position &- lag
  }

  public func wakeReaders() { readers.wakeAll() }
  public func departProducer() {
    if readers.producerLeaves() { dropAll() }
  }
}

/// What one consumer of a `PubRing` sees of it.
public struct PubReader<Message, Word: SharedWord & ~Copyable> {
  fileprivate let ring: PubRing<Message, Word>
  fileprivate let index: Int
}

extension PubReader: RingReading where Word: ~Copyable {
  public var properties: QueueProperties { ring.properties }
  public var isProducerless: Bool { ring.readers.isProducerless }

  @inline(__always)
  public func published(behind position: UInt64, wanted: UInt64) -> UInt64 {
    ring.published[0].loadAcquiring()
  }
  @inline(__always)
  public func take(at sequence: UInt64) -> Message { ring.slots[sequence] }
  @inline(__always)
  public func take(_ count: Int, at first: UInt64, _ receive: (consuming Message) -> Void) {
    for index in 0..<count { receive(ring.slots[first &+ UInt64(truncatingIfNeeded: index)]) }
  }
  @inline(__always)
  public func inspect<Result>(at sequence: UInt64, _ body: (borrowing Message) -> Result) -> Result {
    body(ring.slots[sequence])
  }
  @inline(__always)
  public func release(upTo position: UInt64) { ring.cursors[index].storeReleasing(position) }

  public func arm(_ hasWork: () -> Bool) -> Bool { ring.readers.arm(index, hasWork) }
  public func departReader() {
    if ring.readers.leave(index) { ring.dropAll() }
  }
}
