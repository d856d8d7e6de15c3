public import Buffers

/// Many producers, one consumer, linked nodes: the backend Link under the driver `sub`.
///
/// Nodes come from a pool as for a `NodeLink`. A producer takes its place in the chain with one exchange, so each
/// producer's messages stay in order, and no producer waits for another; taking a node from the pool and giving it back
/// are lock-free. In between the exchange and the linking the consumer sees nothing: see `NodeConsumer.poll`.
///
/// The capacity is never exceeded; producers that find the queue full at the same moment as the consumer takes a message
/// may all be refused.
public struct NodeSub<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  private let ends: Ends

  /// Throws `memoryExhausted` also when the pool has no node for the queue itself. Context: boot.
  public init(
    _ properties: QueueProperties, from pool: NodePool<Message, Word>, in arena: inout Arena
  ) throws(QueueError) {
    ends = Ends(try NodeQueue(properties, from: pool, in: &arena))
  }

  /// The consumer, and a first producer that makes others. The queue itself is gone then, so there cannot be a second
  /// consumer.
  public consuming func sub() -> Ends { ends }

  /// The ends, each to be moved to where it is used.
  @frozen public struct Ends: ~Copyable {
    public var producer: NodeSubProducer<Message, Word>
    public var consumer: NodeConsumer<Message, Word>

    init(_ queue: NodeQueue<Message, Word>) {
      producer = NodeSubProducer(queue)
      consumer = NodeConsumer(queue)
    }
  }
}
