import Buffers

/// What all ends of a queue of linked nodes hold.
///
/// The queue is a chain: its first node is empty, each of the others holds a message, and the word of a node is the
/// place of the node that follows, 0 when none does yet.
struct NodeQueue<Message: ~Copyable, Word: SharedWord & ~Copyable>: Sendable {
  /// Messages consumed so far: written by the consumer.
  static var consumed: Int { 0 }
  /// Messages that producers made room for so far, when there are many producers.
  static var reserved: Int { 1 }
  /// The last node of the chain, when there are many producers.
  static var last: Int { 2 }
  /// The first node of the chain, as of the consumer's coming or going.
  static var first: Int { 3 }
  /// Ends that are there: producers count 1, the consumer counts `consumerEnd`.
  static var ends: Int { 4 }
  /// Not zero when the consumer asks to be woken.
  static var sleeping: Int { 5 }

  static var producerEnd: UInt64 { 1 }
  static var consumerEnd: UInt64 { 1 << 32 }

  let pool: NodePool<Message, Word>
  let words: SharedWords<6, Word>
  let properties: QueueProperties

  /// A queue with one producer and one consumer, to be made by the caller.
  init(
    _ properties: QueueProperties, from pool: NodePool<Message, Word>, in arena: inout Arena
  ) throws(QueueError) {
    try properties.check()
    if case .dropOldest = properties.overflow { throw .cannotDropOldest }
    do throws(ArenaError) {
      words = try SharedWords(repeating: properties.firstSequence, in: &arena)
    } catch {
      throw QueueError(error)
    }
    let node = pool.take()
    guard node != 0 else { throw .memoryExhausted }
    words[Self.first].store(node)
    words[Self.last].store(node)
    words[Self.ends].store(Self.producerEnd | Self.consumerEnd)
    words[Self.sleeping].store(0)
    self.pool = pool
    self.properties = properties
  }

  /// The node after `node`, 0 when none is there yet. Whoever sees one sees the message in it.
  @inline(__always)
  func next(after node: UInt64) -> UInt64 { pool.records[node].loadAcquiring() }

  /// Makes `node`, which holds a message, the one after `last`.
  @inline(__always)
  func link(_ node: UInt64, after last: UInt64) { pool.records[last].storeReleasing(node) }

  @inline(__always)
  var hasConsumer: Bool { words[Self.ends].load() >= Self.consumerEnd }

  /// When it says no, all that producers pushed can be seen.
  var hasProducer: Bool { words[Self.ends].loadAcquiring() & (Self.consumerEnd &- 1) > 0 }

  /// Notes that an end is gone. The last one drops what is left and gives all nodes back.
  func depart(_ end: UInt64) {
    guard words[Self.ends].add(0 &- end) == end else { return }
    var first = words[Self.first].load()
    while true {
      let next = next(after: first)
      pool.records.give(first)
      guard next != 0 else { return }
      _ = pool.takeMessage(from: next)
      first = next
    }
  }
}
