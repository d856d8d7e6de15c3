public import Buffers

/// One producer, one consumer, linked nodes: the backend Link under the driver `link`.
///
/// Nodes come from a pool that many queues may share, so memory is needed for the messages that all of them hold
/// together, and not for the most that each may hold. A push finds no room when the queue holds its capacity or when the
/// pool is empty; a capacity of the pool's size leaves it to the pool.
///
/// Linking a message and unlinking it are wait-free and O(1); taking a node from the pool and giving it back are
/// lock-free. Its memory moves with the use: prefer a `VecLink` where the capacity is known and small.
public struct NodeLink<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  private let ends: Ends

  /// Throws `memoryExhausted` also when the pool has no node for the queue itself. Context: boot.
  public init(
    _ properties: QueueProperties, from pool: NodePool<Message, Word>, in arena: inout Arena
  ) throws(QueueError) {
    ends = Ends(try NodeQueue(properties, from: pool, in: &arena))
  }

  /// The two ends. The link itself is gone then, so there cannot be a second producer.
  public consuming func link() -> Ends { ends }

  /// Both ends of a link, each to be moved to where it is used.
  @frozen public struct Ends: ~Copyable {
    public var producer: NodeLinkProducer<Message, Word>
    public var consumer: NodeConsumer<Message, Word>

    init(_ queue: NodeQueue<Message, Word>) {
      producer = NodeLinkProducer(queue)
      consumer = NodeConsumer(queue)
    }
  }
}
