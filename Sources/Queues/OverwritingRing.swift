import Buffers

/// The ring of a producer that overwrites its oldest message and waits for nobody.
struct OverwritingRing<Message: BitwiseCopyable, Word: SharedWord & ~Copyable>: Sendable {
  let slots: OverwritingSlots<Message, Word>
  let readers: ReaderSet<Word>
  let properties: QueueProperties
  /// Messages published so far. Only a reader that was overtaken looks here.
  private let published: SharedWords<1, Word>

  init(consumers: Int, _ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    try properties.check()
    guard case .dropOldest = properties.overflow else { throw .mustDropOldest }
    // Nobody knows how full it is.
    if let marks = properties.watermarks { throw .watermarksOutOfRange(low: marks.low, high: marks.high) }
    readers = try ReaderSet(limit: consumers, properties.waiting, in: &arena)
    do throws(ArenaError) {
      slots = try OverwritingSlots(
        capacity: properties.capacity, firstSequence: properties.firstSequence, in: &arena)
      published = try SharedWords(repeating: properties.firstSequence, in: &arena)
    } catch {
      throw QueueError(error)
    }
    self.properties = properties
  }

  @inline(__always)
  func write(_ message: Message, at cursor: RingCursor) {
    slots.write(message, to: cursor.place, as: cursor.sequence)
    published[0].storeReleasing(cursor.sequence &+ 1)
  }

  /// How many messages behind `sequence` are lost for certain, when its place is `lead` ahead: at least one.
  func lostCount(from sequence: UInt64, lead: UInt64) -> UInt64 {
    // What is seen as published may be behind what the place says, and even behind the reader.
    let ahead = Int64(bitPattern: published[0].loadAcquiring() &- sequence)
    let end = max(Int64(bitPattern: lead) &+ 1, ahead)
    return UInt64(bitPattern: end) &- UInt64(truncatingIfNeeded: properties.capacity)
  }
}

/// A sequence number and its place, in a ring of exactly its capacity: they step together, so that nothing is divided.
struct RingCursor: Sendable {
  private(set) var sequence: UInt64
  private(set) var place = 0

  init(_ sequence: UInt64) { self.sequence = sequence }

  @inline(__always)
  mutating func advance(in capacity: Int) {
    sequence &+= 1
    place = place &+ 1 == capacity ? 0 : place &+ 1
  }

  mutating func skip(_ count: UInt64, in capacity: Int) {
    sequence &+= count
    let capacity = UInt64(truncatingIfNeeded: capacity)
    place = Int(truncatingIfNeeded: (UInt64(truncatingIfNeeded: place) &+ count % capacity) % capacity)
  }
}
