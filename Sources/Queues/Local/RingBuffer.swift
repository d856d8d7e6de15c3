public import Buffers
public import Streams
public import Timing

/// A bounded first-in first-out queue within one core: one task is at both of its ends. Preallocated, never growing.
///
/// What happens to a message that finds no room is the overflow policy's: it is given back, or it is dropped, or the
/// oldest makes room for it. An empty queue is pending, and never ends: whoever could push is whoever polls. As a
/// discipline it picks the oldest message; a budget of 0 picks nothing. All operations are O(1).
public struct RingBuffer<Message: ~Copyable>: Consumer, Producer, ~Copyable {
  private var ring: RingCore<Message>
  private let overflow: OverflowPolicy
  private let isWatched: Bool
  private var gauge: PressureGauge
  public private(set) var droppedCount: UInt64 = 0
  private var untoldLostCount: UInt64 = 0

  /// A wait strategy means nothing within one core and is not looked at. Context: boot.
  public init(_ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    ring = try RingCore(properties, in: &arena)
    overflow = properties.overflow
    isWatched = properties.watermarks != nil
    gauge = PressureGauge(properties.watermarks)
  }

  deinit { ring.dropAll() }

  /// Always: whoever pushes is the one who reads.
  public var hasConsumers: Bool { true }

  /// Messages the queue holds at most.
  public var capacity: Int { ring.capacity }
  /// Messages in the queue.
  @inline(__always) public var count: Int { ring.count }

  /// Adds a message at the end; gives it back when the queue is full and its policy is to refuse.
  @inline(__always)
  public mutating func push(_ message: consuming Message) -> Message? {
    guard !ring.isFull else { return overflow(with: message) }
    ring.append(message)
    if isWatched { gauge.note(fill: ring.count) }
    return nil
  }

  /// Takes the oldest message.
  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Never> {
    guard !ring.isEmpty else { return .pending }
    let message = ring.takeFirst()
    if isWatched { gauge.note(fill: ring.count) }
    return .ready(message)
  }

  /// Messages overwritten since this was last asked: how many the reader lost before the one it takes next. Always 0
  /// unless the policy is to drop the oldest.
  public mutating func takeLostCount() -> UInt64 {
    let lost = untoldLostCount
    untoldLostCount = 0
    return lost
  }

  /// A crossing of a watermark not told yet: each is told once. Nothing when pressure is what it was.
  public mutating func pressureChange() -> Pressure? {
    gauge.note(fill: ring.count)
    return gauge.takeChange()
  }

  @inline(never)
  private mutating func overflow(with message: consuming Message) -> Message? {
    switch overflow {
    case .refuse: return message
    case .dropNewest: break
    case .dropOldest:
      _ = ring.takeFirst()
      ring.append(message)
      untoldLostCount &+= 1
    }
    droppedCount &+= 1
    return nil
  }
}

extension RingBuffer where Message: ~Copyable {
  /// Room for `capacity` messages, above zero; a full queue gives the message back. Context: boot.
  public init(capacity: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(capacity > 0 && capacity <= QueueProperties.largestCapacity, "no such capacity")
    do throws(QueueError) {
      try self.init(QueueProperties(capacity: capacity), in: &arena)
    } catch {
      throw .exhausted
    }
  }
}
