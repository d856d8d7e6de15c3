public import Buffers
public import Streams
public import Timing

/// A bounded queue with two ends within one core: messages go in and come out at either. Preallocated, never growing.
///
/// A full queue gives the message back, or drops it when its policy is to drop the newest. It cannot drop the oldest:
/// where messages come in at both ends nobody can say which that is. As a stream and as a discipline it gives its
/// front message; a budget of 0 picks nothing; it never ends. All operations are O(1).
public struct Deque<Message: ~Copyable>: Consumer, Producer, ~Copyable {
  private var ring: RingCore<Message>
  private let dropsNewest: Bool
  public private(set) var droppedCount: UInt64 = 0

  /// Watermarks and a wait strategy are not looked at. Context: boot.
  public init(_ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    if case .dropOldest = properties.overflow { throw .cannotDropOldest }
    ring = try RingCore(properties, in: &arena)
    if case .dropNewest = properties.overflow { dropsNewest = true } else { dropsNewest = false }
  }

  deinit { ring.dropAll() }

  /// Always: whoever pushes is the one who reads.
  public var hasConsumers: Bool { true }

  /// Messages the queue holds at most.
  public var capacity: Int { ring.capacity }
  /// Messages in the queue.
  @inline(__always) public var count: Int { ring.count }

  /// Adds a message behind the last; gives it back when there is no room.
  @inline(__always)
  public mutating func pushBack(_ message: consuming Message) -> Message? {
    guard !ring.isFull else { return refuse(message) }
    ring.append(message)
    return nil
  }

  /// Adds a message before the first; gives it back when there is no room.
  @inline(__always)
  public mutating func pushFront(_ message: consuming Message) -> Message? {
    guard !ring.isFull else { return refuse(message) }
    ring.prepend(message)
    return nil
  }

  /// Takes the first message.
  @inline(__always)
  public mutating func popFront() -> Message? { ring.isEmpty ? nil : ring.takeFirst() }

  /// Takes the last message.
  @inline(__always)
  public mutating func popBack() -> Message? { ring.isEmpty ? nil : ring.takeLast() }

  /// The same as `pushBack`.
  public mutating func push(_ message: consuming Message) -> Message? { pushBack(message) }

  /// The same as `popFront`, in the vocabulary of streams.
  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Never> {
    guard !ring.isEmpty else { return .pending }
    return .ready(ring.takeFirst())
  }

  @inline(never)
  private mutating func refuse(_ message: consuming Message) -> Message? {
    guard dropsNewest else { return message }
    droppedCount &+= 1
    return nil
  }
}
