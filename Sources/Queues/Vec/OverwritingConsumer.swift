public import Streams
public import Timing

/// A consuming end of an overwriting ring. Lock-free.
public struct OverwritingConsumer<Message: BitwiseCopyable, Word: SharedWord & ~Copyable>: Consumer, ~Copyable
{
  private let ring: OverwritingRing<Message, Word>
  private let index: Int
  private var cursor: RingCursor
  private var lostCount: UInt64 = 0

  init(_ ring: OverwritingRing<Message, Word>, _ index: Int, at cursor: RingCursor) {
    self.ring = ring
    self.index = index
    self.cursor = cursor
  }

  deinit { _ = ring.readers.leave(index) }

  public var capacity: Int { ring.properties.capacity }

  /// Takes the oldest message that is still there. Whoever wants to know of a gap asks `takeLostCount` next.
  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Never> {
    if let message = next() { return .ready(message) }
    guard ring.readers.isProducerless else { return .pending }
    // What the producer pushed before it left is still to be taken.
    if let message = next() { return .ready(message) }
    return .ended
  }

  /// Takes up to `limit` messages, and at most a batch.
  ///
  /// - Returns: how many there were.
  @inline(__always)
  public mutating func drain(upTo limit: Int, _ receive: (consuming Message) -> Void) -> Int {
    let limit = min(limit, ring.properties.batch)
    var taken = 0
    while taken < limit, let message = next() {
      receive(message)
      taken &+= 1
    }
    return taken
  }

  /// Messages lost since this was asked last: all of them before the message taken last.
  public mutating func takeLostCount() -> UInt64 {
    let count = lostCount
    lostCount = 0
    return count
  }

  /// Asks for the wake hook at the next message, or when the producer leaves. True when either has happened already:
  /// poll first, and ask again.
  public mutating func armWakeup() -> Bool {
    ring.readers.arm(index) { !isAbsent || ring.readers.isProducerless }
  }

  private var isAbsent: Bool {
    if case .absent = ring.slots.read(cursor.place, as: cursor.sequence) { true } else { false }
  }

  @inline(__always)
  private mutating func next() -> Message? {
    while true {
      switch ring.slots.read(cursor.place, as: cursor.sequence) {
      case .message(let message):
        cursor.advance(in: capacity)
        return message
      case .absent: return nil
      case .overwritten(let lead): skip(lead)
      }
    }
  }

  private mutating func skip(_ lead: UInt64) {
    let lost = ring.lostCount(from: cursor.sequence, lead: lead)
    cursor.skip(lost, in: capacity)
    lostCount &+= lost
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension OverwritingConsumer: Sendable where Message: Sendable, Word: ~Copyable {}
