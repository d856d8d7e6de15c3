import Buffers

/// The ring of one producer and one consumer where the news of a message lies beside it: the shared word of a place says
/// which sequence number it is full for.
public struct LatencyRing<Message: ~Copyable, Word: SharedWord & ~Copyable> {
  /// Messages consumed so far: written by the consumer, looked at by the producer once in a ring's length.
  private static var consumed: Int { 0 }
  /// Ends that are gone.
  private static var departed: Int { 1 }

  private let slots: SequencedSlots<Message, Word>
  private let words: SharedWords<2, Word>
  private let sleepers: Sleepers<Word>
  public let properties: QueueProperties

  init(_ properties: QueueProperties, in arena: inout Arena) throws(ArenaError) {
    slots = try SequencedSlots(
      capacity: properties.capacity, firstSequence: properties.firstSequence, in: &arena)
    words = try SharedWords(repeating: properties.firstSequence, in: &arena)
    sleepers = try Sleepers(count: 1, properties.waiting, in: &arena)
    self.properties = properties
    words[Self.departed].store(0)
  }

  /// Notes that one end is gone. The last one drops what is left, so that nothing owned is lost.
  private func depart() {
    guard words[Self.departed].add(1) > 0 else { return }
    var position = words[Self.consumed].loadAcquiring()
    while slots.isFull(position) {
      _ = slots.take(at: position)
      position &+= 1
    }
  }

  private var hasOtherDeparted: Bool { words[Self.departed].loadAcquiring() > 0 }
}

extension LatencyRing: RingWriting where Message: ~Copyable, Word: ~Copyable {
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
  public func publish(_ first: UInt64, upTo end: UInt64) { slots.publish(first, upTo: end) }
  @inline(__always)
  public func slowestReader(from known: UInt64, wanted: UInt64, position: UInt64) -> UInt64 {
    words[Self.consumed].loadAcquiring()
  }

  public func wakeReaders() { sleepers.wake() }
  public func departProducer() { depart() }
}

extension LatencyRing: RingReading where Message: ~Copyable, Word: ~Copyable {
  public var isProducerless: Bool { hasOtherDeparted }

  @inline(__always)
  public func published(behind position: UInt64, wanted: UInt64) -> UInt64 {
    slots.published(behind: position, wanted: wanted)
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
