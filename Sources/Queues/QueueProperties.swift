/// What a queue is created with.
public struct QueueProperties: Sendable {
  /// Messages any queue can hold at most.
  public static var largestCapacity: Int { 1 << 30 }

  /// Messages the queue holds at most, 1 to `largestCapacity`. Most rings take memory for the next power of two, so that
  /// the index is one `and` whatever the capacity.
  public var capacity: Int
  /// What happens to a message that finds no room.
  public var overflow: OverflowPolicy
  /// The most messages that one drain or read takes, and with many producers the most of one of them before it is the
  /// next one's turn; 1 to `capacity`. Queues that have no such operation do not look at it.
  public var batch: Int
  /// When pressure is told, if at all.
  public var watermarks: Watermarks?
  /// How a consumer that has nothing to do learns of the next message.
  public var waiting: WaitStrategy
  /// Where the queue's sequence numbers begin. They wrap; tests begin next to the wrap.
  public var firstSequence: UInt64

  public init(
    capacity: Int, overflow: OverflowPolicy = .refuse, batch: Int? = nil, watermarks: Watermarks? = nil,
    waiting: WaitStrategy = .spin, firstSequence: UInt64 = 0
  ) {
    self.capacity = capacity
    self.overflow = overflow
    self.batch = batch ?? max(1, capacity)
    self.watermarks = watermarks
    self.waiting = waiting
    self.firstSequence = firstSequence
  }

  /// Says what is out of range, if anything is.
  func check() throws(QueueError) {
    guard capacity > 0, capacity <= Self.largestCapacity else { throw .capacityOutOfRange(capacity) }
    guard batch > 0, batch <= capacity else { throw .batchOutOfRange(batch) }
    if let watermarks {
      guard 0 <= watermarks.low, watermarks.low < watermarks.high, watermarks.high <= capacity else {
        throw .watermarksOutOfRange(low: watermarks.low, high: watermarks.high)
      }
    }
  }
}

/// What happens to a message that finds no room.
public enum OverflowPolicy: Sendable {
  /// The producer gets it back.
  case refuse
  /// It is dropped and counted.
  case dropNewest
  /// The oldest is overwritten; the reader is told how many it lost.
  case dropOldest
}

/// Fills at which pressure is turned on and off. A producer looks at them when it pushes and when it is asked: what a
/// consumer on another core empties and the producer fills again in between, nobody sees.
public struct Watermarks: Sendable {
  /// Pressure ends when the queue holds this many messages or fewer.
  public var low: Int
  /// Pressure begins when the queue holds this many messages or more.
  public var high: Int

  public init(low: Int, high: Int) {
    self.low = low
    self.high = high
  }
}
