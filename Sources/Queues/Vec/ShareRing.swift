import Buffers

/// The ring of one producer and many consumers that each message goes to one of: consumers claim the oldest by a
/// compare-and-exchange, and then have it for themselves. Each place says whether it is free.
public struct ShareRing<Message: ~Copyable, Word: SharedWord & ~Copyable> {
  private let slots: SequencedSlots<Message, Word>
  /// Messages claimed so far.
  private let head: SharedWords<1, Word>
  private let readers: ReaderSet<Word>
  public let properties: QueueProperties

  init(consumers: Int, _ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    readers = try ReaderSet(limit: consumers, properties.waiting, in: &arena)
    do throws(ArenaError) {
      slots = try SequencedSlots(
        capacity: properties.capacity, firstSequence: properties.firstSequence, in: &arena)
      head = try SharedWords(repeating: properties.firstSequence, in: &arena)
    } catch {
      throw QueueError(error)
    }
    self.properties = properties
  }

  private func dropAll() {
    var position = head[0].loadAcquiring()
    while slots.isFull(position) {
      _ = slots.take(at: position)
      position &+= 1
    }
  }
}

extension ShareRing: RingWriting where Message: ~Copyable, Word: ~Copyable {
  public var isReaderless: Bool { readers.members == 0 }

  @inline(__always)
  public func put(_ message: consuming Message, at sequence: UInt64) { slots.put(message, at: sequence) }
  @inline(__always)
  public func put(_ count: Int, at first: UInt64, _ make: (_ index: Int) -> Message) {
    slots.put(count, at: first, make)
  }
  public func takeBack(at sequence: UInt64) -> Message { slots.take(at: sequence) }
  @inline(__always)
  public func change(at sequence: UInt64, _ body: (inout Message) -> Void) { body(&slots[sequence]) }

  @inline(__always)
  public func publish(_ first: UInt64, upTo end: UInt64) { slots.publish(first, upTo: end) }

  /// The first place not given back: a consumer that is slow to move its message out holds up those behind it, a lap
  /// later. Complexity: O(1) for each message since `known`.
  public func slowestReader(from known: UInt64, wanted: UInt64, position: UInt64) -> UInt64 {
    var end = known
    let most = wanted &- known
    while end &- known < most, end != position, slots.isFree(end &+ slots.count) { end &+= 1 }
    return end
  }

  public func wakeReaders() { readers.wakeAll() }
  public func departProducer() {
    if readers.producerLeaves() { dropAll() }
  }
}

extension ShareRing where Message: ~Copyable, Word: ~Copyable {
  var isProducerless: Bool { readers.isProducerless }

  /// Lets a consumer in and gives its number.
  func join(_ waiting: WaitStrategy?) throws(QueueError) -> Int {
    let index = try readers.freeIndex()
    readers.join(index, waiting)
    return index
  }

  func departReader(_ index: Int) {
    if readers.leave(index) { dropAll() }
  }

  func arm(_ index: Int, _ hasWork: () -> Bool) -> Bool { readers.arm(index, hasWork) }

  /// Makes up to `wanted` of the oldest messages the caller's: no other consumer takes them.
  ///
  /// Lock-free: it begins again only when another consumer has claimed.
  func claim(upTo wanted: UInt64) -> (first: UInt64, count: Int) {
    var first = head[0].loadAcquiring()
    while true {
      let end = slots.published(behind: first, wanted: wanted)
      if end == first {
        // Nothing is there, or somebody else has it: then the head is elsewhere.
        let now = head[0].loadAcquiring()
        if now == first { return (first, 0) }
        first = now
      } else {
        let (exchanged, original) = head[0].compareExchange(expected: first, desired: end)
        if exchanged { return (first, Int(truncatingIfNeeded: end &- first)) }
        first = original
      }
    }
  }

  /// Moves a claimed message out and gives its place back.
  @inline(__always)
  func take(at sequence: UInt64) -> Message {
    let message = slots.take(at: sequence)
    slots.free(sequence)
    return message
  }

  /// Whether there is a message that nobody has claimed; also when somebody claims the last one meanwhile.
  ///
  /// Lock-free, as `claim`: a place that is not full says nothing when the head is elsewhere by then.
  var hasMessage: Bool {
    var first = head[0].loadAcquiring()
    while !slots.isFull(first) {
      let now = head[0].loadAcquiring()
      if now == first { return false }
      first = now
    }
    return true
  }
}
