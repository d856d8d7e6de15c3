public import Buffers

/// One producer, one consumer, a fixed ring: the link between two tasks, on one core or on two.
///
/// Every operation is wait-free and O(1). Each end keeps its own position and a copy of the other's, and looks at the
/// shared one only when the copy says full, or empty: then the other's cache line moves once in a ring's length.
public struct VecLink<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  private let state: VecLinkState<Message, Word>

  /// Context: boot.
  public init(_ properties: QueueProperties, in arena: inout Arena) throws(QueueError) {
    try properties.check()
    if case .dropOldest = properties.overflow { throw .cannotDropOldest }
    do throws(ArenaError) {
      state = try VecLinkState(properties, in: &arena)
    } catch {
      throw QueueError(error)
    }
  }

  /// The two ends. The link itself is gone then, so there cannot be a second producer.
  public consuming func link() -> Ends { Ends(state) }

  /// Both ends of a link, each to be moved to where it is used.
  @frozen public struct Ends: ~Copyable {
    public var producer: VecLinkProducer<Message, Word>
    public var consumer: VecLinkConsumer<Message, Word>

    init(_ state: VecLinkState<Message, Word>) {
      producer = VecLinkProducer(state)
      consumer = VecLinkConsumer(state)
    }
  }
}

/// What both ends of a link hold.
struct VecLinkState<Message: ~Copyable, Word: SharedWord & ~Copyable>: Sendable {
  /// Messages published so far: written by the producer.
  static var published: Int { 0 }
  /// Messages consumed so far: written by the consumer.
  static var consumed: Int { 1 }
  /// Ends that are gone.
  static var departed: Int { 2 }
  /// Not zero when the consumer asks to be woken.
  static var sleeping: Int { 3 }

  let slots: Slots<Message, Word>
  let words: SharedWords<4, Word>
  let properties: QueueProperties

  init(_ properties: QueueProperties, in arena: inout Arena) throws(ArenaError) {
    slots = try Slots(capacity: properties.capacity, in: &arena)
    words = try SharedWords(repeating: properties.firstSequence, in: &arena)
    self.properties = properties
    words[Self.departed].store(0)
    words[Self.sleeping].store(0)
  }

  /// Notes that one end is gone. The last one drops what is left, so that nothing owned is lost.
  func depart() {
    guard words[Self.departed].add(1) > 0 else { return }
    var position = words[Self.consumed].loadAcquiring()
    let end = words[Self.published].loadAcquiring()
    while position != end {
      _ = slots.take(at: position)
      position &+= 1
    }
  }

  var hasOtherDeparted: Bool { words[Self.departed].loadAcquiring() > 0 }
}
