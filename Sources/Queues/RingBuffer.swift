public import Buffers
public import Streams
public import Timing

/// A bounded first-in first-out queue within one core: preallocated, never growing.
///
/// A full queue gives the element back; an empty one is pending. All operations are O(1).
public struct RingBuffer<Message: BitwiseCopyable>: Stream, ~Copyable {
  private var slots: Table<Message>
  private var head = 0
  /// Messages in the queue.
  public private(set) var count = 0

  /// Room for `capacity` messages; `filler` stands in the unused slots. Context: boot.
  public init(capacity: Int, filler: Message, in arena: inout Arena) throws(ArenaError) {
    precondition(capacity > 0)
    slots = try Table(repeating: filler, count: capacity, in: &arena)
  }

  public var capacity: Int { slots.count }

  /// Adds a message at the end; gives it back when the queue is full.
  public mutating func push(_ message: Message) -> Message? {
    guard count < slots.count else { return message }
    var place = head &+ count
    if place >= slots.count { place &-= slots.count }
    slots[place] = message
    count &+= 1
    return nil
  }

  /// Takes the oldest message.
  public mutating func poll(at now: Instant) -> Poll<Message, Never> {
    guard count > 0 else { return .pending }
    let message = slots[head]
    head &+= 1
    if head == slots.count { head = 0 }
    count &-= 1
    return .ready(message)
  }
}
