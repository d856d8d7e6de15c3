public import Streams
public import Timing

/// The consuming end of a `NodeLink` or a `NodeSub`. Lock-free: only giving a node back may have to be tried again.
public struct NodeConsumer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Consumer, ~Copyable {
  private typealias Queue = NodeQueue<Message, Word>
  private let queue: NodeQueue<Message, Word>
  /// The first node of the chain: its message is taken.
  private var first: UInt64
  private var position: UInt64

  init(_ queue: NodeQueue<Message, Word>) {
    self.queue = queue
    first = queue.words[Queue.first].load()
    position = queue.properties.firstSequence
  }

  deinit {
    // The last one out begins there.
    queue.words[Queue.first].store(first)
    queue.depart(Queue.consumerEnd)
  }

  public var capacity: Int { queue.properties.capacity }

  /// Takes the oldest message.
  ///
  /// With many producers it is pending also for the moment in which the next producer has its place in the chain and has
  /// not linked its node yet: messages of others behind it are there, and have to wait. A consumer that is to be woken is
  /// woken by that producer too, so nothing is lost by going to sleep then.
  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Never> {
    var next = queue.next(after: first)
    if next == 0 {
      guard !queue.hasProducer else { return .pending }
      // What was pushed before the last producer left is still to be taken.
      next = queue.next(after: first)
      guard next != 0 else { return .ended }
    }
    let message = queue.pool.takeMessage(from: next)
    queue.pool.records.give(first)
    first = next
    position &+= 1
    // Releasing, so that whoever sees the room also sees the node back in the pool.
    queue.words[Queue.consumed].storeReleasing(position)
    return .ready(message)
  }

  /// Asks for the wake hook at the next message. True when one is there already: take it first, and ask again.
  public mutating func armWakeup() -> Bool {
    queue.sleepers.arm(0) { queue.next(after: first) != 0 || !queue.hasProducer }
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension NodeConsumer: Sendable where Message: Sendable & ~Copyable, Word: ~Copyable {}
