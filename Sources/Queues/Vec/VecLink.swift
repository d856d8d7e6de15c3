public import Buffers

/// One producer, one consumer, a fixed ring: the link between two tasks, on one core or on two.
///
/// Every operation is wait-free and O(1). Each end keeps its own position and a copy of the other's, and looks at the
/// shared one only when the copy says full, or empty: then the other's cache line moves once in a ring's length.
public struct VecLink<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  public typealias Ends = LinkEnds<RingProducer<VecRing<Message, Word>>, RingConsumer<VecRing<Message, Word>>>
  private let ring: Placed<VecRing<Message, Word>>

  /// Context: boot.
  public init(_ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    try properties.checkWaiting()
    do throws(ArenaError) {
      try self.init(properties, Sleepers(count: 1, properties.waiting, in: &arena), in: &arena)
    } catch {
      throw QueueError(error)
    }
  }

  /// One of several links that have one consumer, who sleeps until there is something in any of them.
  init(_ properties: QueueProperties, _ sleepers: Sleepers<Word>, in arena: inout Arena) throws(ArenaError) {
    ring = try Placed(VecRing(properties, sleepers, in: &arena), in: &arena)
  }

  /// The two ends. The link itself is gone then, so there cannot be a second producer.
  @inline(__always)
  public consuming func link() -> Ends { Ends(over: ring) }
}

public typealias VecLinkProducer<Message: ~Copyable, Word: SharedWord & ~Copyable> =
  RingProducer<VecRing<Message, Word>>
public typealias VecLinkConsumer<Message: ~Copyable, Word: SharedWord & ~Copyable> =
  RingConsumer<VecRing<Message, Word>>

extension QueueProperties {
  /// Says what is out of range for a queue whose producer waits for its readers, if anything is.
  func checkWaiting() throws(QueueError) {
    try check()
    if case .dropOldest = overflow { throw .cannotDropOldest }
  }
}
