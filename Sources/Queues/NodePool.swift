public import Buffers

/// The nodes of linked queues: a fixed number, each with room for one message, lent to the queues that share the pool.
///
/// A queue keeps one node for itself, so `queueCount` queues that hold `messageCount` messages together need
/// `queueCount + messageCount` nodes. A copy of this means the same nodes, and may be used on any core.
public struct NodePool<Message: ~Copyable, Word: SharedWord & ~Copyable>: Sendable {
  let records: Records<Word>

  /// Nodes a pool can have at most.
  public static var largestCapacity: Int { Records<Word>.largestCount }

  /// Carves `capacity` nodes, 1 to `largestCapacity`. Context: boot.
  public init(capacity: Int, in arena: inout Arena) throws(QueueError) {
    guard capacity > 0, capacity <= Self.largestCapacity else { throw .capacityOutOfRange(capacity) }
    do throws(ArenaError) {
      records = try Records(
        count: capacity, payloadByteCount: MemoryLayout<Message>.size,
        payloadAlignment: MemoryLayout<Message>.alignment, in: &arena)
    } catch {
      throw QueueError(error)
    }
  }

  /// Nodes in the pool and lent together.
  public var capacity: Int { records.count }

  /// Nodes that queues have: one each, and one for each message. Zero when every end of every queue is gone. Lock-free.
  public var lentCount: Int { records.lentCount }

  /// Takes a node that nothing follows; 0 when there is none.
  @inline(__always)
  func take() -> UInt64 {
    let node = records.take()
    if node != 0 { records[node].store(0) }
    return node
  }
}
