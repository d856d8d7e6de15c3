public import Buffers

/// One core, one task at both ends: no word is shared, so the queue is both its producer and its consumer.
public struct LocalDriver: Sendable { public static var local: LocalDriver { LocalDriver() } }

/// A ring that two ends can use. Only within one core: two cores that take from one end would have to agree on each
/// message, and the queue would no longer be wait-free.
public struct VecDequeBackend: Sendable { public static var vecDeque: VecDequeBackend { VecDequeBackend() } }

extension Channel where Message: ~Copyable {
  /// A circular buffer. Every overflow policy.
  public static func create(
    _ driver: LocalDriver, over backend: VecBackend, _ properties: QueueProperties, in arena: inout Arena
  ) throws(QueueError) -> RingBuffer<Message> {
    try RingBuffer(properties, in: &arena)
  }

  /// A queue with two ends. It refuses, or drops the newest.
  public static func create(
    _ driver: LocalDriver, over backend: VecDequeBackend, _ properties: QueueProperties, in arena: inout Arena
  ) throws(QueueError) -> Deque<Message> {
    try Deque(properties, in: &arena)
  }
}
