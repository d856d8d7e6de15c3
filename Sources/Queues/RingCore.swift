import Buffers

/// The places of a queue that only one task uses, in the order of its messages: what a `RingBuffer` and a `Deque` are
/// made of. It refuses nothing: whoever uses it asks for the count first.
struct RingCore<Message: ~Copyable>: ~Copyable {
  private let slots: Slots<Message, HardwareWord>
  let capacity: Int
  /// Where the first message lies, and where the one behind the last would.
  private var front: UInt64
  private var back: UInt64

  init(_ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    try properties.check()
    do throws(ArenaError) {
      slots = try Slots(capacity: properties.capacity, in: &arena)
    } catch {
      throw QueueError(error)
    }
    capacity = properties.capacity
    front = properties.firstSequence
    back = properties.firstSequence
  }

  /// Drops every message, when the queue itself goes: a deinit here would not be seen by the image's other modules.
  func dropAll() {
    var position = front
    while position != back {
      _ = slots.take(at: position)
      position &+= 1
    }
  }

  @inline(__always) var count: Int { Int(truncatingIfNeeded: back &- front) }
  @inline(__always) var isEmpty: Bool { front == back }
  @inline(__always) var isFull: Bool { count == capacity }

  @inline(__always)
  mutating func append(_ message: consuming Message) {
    slots.put(message, at: back)
    back &+= 1
  }

  @inline(__always)
  mutating func prepend(_ message: consuming Message) {
    front &-= 1
    slots.put(message, at: front)
  }

  @inline(__always)
  mutating func takeFirst() -> Message {
    let message = slots.take(at: front)
    front &+= 1
    return message
  }

  @inline(__always)
  mutating func takeLast() -> Message {
    back &-= 1
    return slots.take(at: back)
  }
}
