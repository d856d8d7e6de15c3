/// A producing end of a `NodeSub`.
public struct NodeSubProducer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Producer, ~Copyable {
  private typealias Queue = NodeQueue<Message, Word>
  private let queue: NodeQueue<Message, Word>
  /// The consumer's position as last seen: it is there or further.
  private var consumed: UInt64
  private let room: UInt64
  /// Whether a push has more to do than to link: a hook to call, or pressure to watch.
  private let isWatched: Bool
  private var pressure: PressureGauge
  public private(set) var droppedCount: UInt64 = 0

  init(_ queue: NodeQueue<Message, Word>) {
    self.queue = queue
    consumed = queue.words[Queue.consumed].loadAcquiring()
    room = UInt64(queue.properties.capacity)
    pressure = PressureGauge(queue.properties.watermarks)
    isWatched = queue.properties.watermarks != nil || queue.properties.waiting.hasHook
  }

  deinit {
    queue.depart(Queue.producerEnd)
    // So that a sleeping consumer learns of the end.
    queue.sleepers.wake()
  }

  /// One more producer for the same queue, at most 2^32 - 1. The consumer's stream ends when all are gone.
  public func another() -> NodeSubProducer {
    let before = queue.words[Queue.ends].add(Queue.producerEnd)
    precondition(before & (Queue.consumerEnd &- 1) < Queue.consumerEnd &- 1, "too many producers")
    return NodeSubProducer(queue)
  }

  public var capacity: Int { queue.properties.capacity }
  public var hasConsumers: Bool { queue.hasConsumer }

  /// Messages of all producers in the queue, and such as are on their way in or out.
  public var count: Int {
    // In this order: what is consumed was reserved before.
    let consumed = queue.words[Queue.consumed].loadAcquiring()
    return Int(truncatingIfNeeded: queue.words[Queue.reserved].load() &- consumed)
  }

  @inline(__always)
  public mutating func push(_ message: consuming Message) -> Message? {
    guard queue.hasConsumer else { return message }
    guard reserve() else { return refuse(message) }
    let node = queue.pool.take()
    guard node != 0 else {
      _ = queue.words[Queue.reserved].add(0 &- 1)
      return refuse(message)
    }
    queue.pool.put(message, in: node)
    queue.link(node, after: queue.words[Queue.last].exchange(node))
    if isWatched { afterLinking() }
    return nil
  }

  /// A crossing of a watermark, by whichever producer, not told to this one yet: each is told once to each.
  public mutating func pressureChange() -> Pressure? {
    pressure.note(fill: count)
    return pressure.takeChange()
  }

  /// Makes sure of the room for one message.
  @inline(__always)
  private mutating func reserve() -> Bool {
    let position = queue.words[Queue.reserved].add(1)
    if hasRoom(at: position) { return true }
    consumed = queue.words[Queue.consumed].loadAcquiring()
    if hasRoom(at: position) { return true }
    _ = queue.words[Queue.reserved].add(0 &- 1)
    return false
  }

  /// Signed, because the consumer may be further than a position that others gave up meanwhile.
  @inline(__always)
  private func hasRoom(at position: UInt64) -> Bool {
    Int64(bitPattern: position &- consumed) < Int64(bitPattern: room)
  }

  @inline(never)
  private mutating func afterLinking() {
    pressure.note(fill: count)
    queue.sleepers.wake()
  }

  @inline(never)
  private mutating func refuse(_ message: consuming Message) -> Message? {
    if case .dropNewest = queue.properties.overflow {
      droppedCount &+= 1
      return nil
    }
    return message
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension NodeSubProducer: Sendable where Message: Sendable & ~Copyable, Word: ~Copyable {}
