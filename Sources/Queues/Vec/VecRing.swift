import Buffers

/// The ring of one producer and one consumer: two positions in shared words, each written by one end.
public struct VecRing<Message: ~Copyable, Word: SharedWord & ~Copyable> {
  /// Messages published so far: written by the producer.
  private static var published: Int { 0 }
  /// Messages consumed so far: written by the consumer.
  private static var consumed: Int { 1 }
  /// Ends that are gone.
  private static var departed: Int { 2 }

  private let memory: HeadedSlots<3, Message, Word>
  private let sleepers: Sleepers<Word>
  public let properties: QueueProperties

  /// A ring whose consumer sleeps in `sleepers`, which rings with the same consumer share.
  init(_ properties: QueueProperties, _ sleepers: Sleepers<Word>, in arena: inout Arena) throws(ArenaError) {
    memory = try HeadedSlots(capacity: properties.capacity, words: properties.firstSequence, in: &arena)
    self.sleepers = sleepers
    self.properties = properties
    words[Self.departed].store(0)
  }

  @inline(__always)
  private var slots: Slots<Message, Word> { memory.slots }
  @inline(__always)
  private var words: SharedWords<3, Word> { memory.words }

  /// Notes that one end is gone. The last one drops what is left, so that nothing owned is lost.
  private func depart() {
    guard words[Self.departed].add(1) > 0 else { return }
    var position = words[Self.consumed].loadAcquiring()
    let end = words[Self.published].loadAcquiring()
    while position != end {
      _ = slots.take(at: position)
      position &+= 1
    }
  }

  private var hasOtherDeparted: Bool { words[Self.departed].loadAcquiring() > 0 }
}

extension VecRing: RingWriting where Message: ~Copyable, Word: ~Copyable {
  public var isReaderless: Bool { hasOtherDeparted }

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
  public func publish(_ first: UInt64, upTo end: UInt64) { words[Self.published].storeReleasing(end) }
  @inline(__always)
  public func slowestReader(from known: UInt64, wanted: UInt64, position: UInt64) -> UInt64 {
    words[Self.consumed].loadAcquiring()
  }

  public func wakeReaders() { sleepers.wake() }
  @inline(__always)
  public var mayHaveSleepers: Bool { sleepers.mayHaveAny }
  public func departProducer() { depart() }
}

extension VecRing where Message: BitwiseCopyable, Word: ~Copyable {
  @inline(__always)
  func inspectBytes<Result>(at sequence: UInt64, _ body: (RawSpan) -> Result) -> Result {
    body(slots.bytes(at: sequence))
  }
}

extension VecRing: RingReading where Message: ~Copyable, Word: ~Copyable {
  public var isProducerless: Bool { hasOtherDeparted }

  @inline(__always)
  public func published(behind position: UInt64, wanted: UInt64) -> UInt64 {
    words[Self.published].loadAcquiring()
  }
  @inline(__always)
  public func take(at sequence: UInt64) -> Message { slots.take(at: sequence) }
  @inline(__always)
  public func take(_ count: Int, at first: UInt64, _ receive: (consuming Message) -> Void) {
    slots.take(count, at: first, receive)
  }
  @inline(__always)
  public func inspect<Result>(at sequence: UInt64, _ body: (borrowing Message) -> Result) -> Result {
    body(slots[sequence])
  }
  @inline(__always)
  public func release(upTo position: UInt64) { words[Self.consumed].storeReleasing(position) }

  public func arm(_ hasWork: () -> Bool) -> Bool { sleepers.arm(0, hasWork) }
  public func departReader() { depart() }
}
