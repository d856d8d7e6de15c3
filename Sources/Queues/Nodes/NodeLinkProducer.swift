/// The producing end of a `NodeLink`.
public struct NodeLinkProducer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Producer, ~Copyable {
  private typealias Queue = NodeQueue<Message, Word>
  private let queue: NodeQueue<Message, Word>
  /// The last node of the chain.
  private var last: UInt64
  private var position: UInt64
  /// The consumer's position as last seen: it is there or further.
  private var consumed: UInt64
  private let room: UInt64
  /// Whether a push has more to do than to link: a hook to call, or pressure to watch.
  private let isWatched: Bool
  private var pressure: PressureGauge
  public private(set) var droppedCount: UInt64 = 0

  init(_ queue: NodeQueue<Message, Word>) {
    self.queue = queue
    last = queue.words[Queue.first].load()
    position = queue.properties.firstSequence
    consumed = queue.properties.firstSequence
    room = UInt64(queue.properties.capacity)
    pressure = PressureGauge(queue.properties.watermarks)
    isWatched = queue.properties.watermarks != nil || queue.properties.waiting.hasHook
  }

  deinit {
    queue.depart(Queue.producerEnd)
    // So that a sleeping consumer learns of the end.
    queue.sleepers.wake()
  }

  public var capacity: Int { queue.properties.capacity }
  public var hasConsumers: Bool { queue.hasConsumer }

  /// Messages in the queue; the consumer may take some meanwhile.
  public var count: Int {
    Int(truncatingIfNeeded: position &- queue.words[Queue.consumed].loadAcquiring())
  }

  @inline(__always)
  public mutating func push(_ message: consuming Message) -> Message? {
    guard queue.hasConsumer else { return message }
    guard hasRoom() else { return refuse(message) }
    let node = queue.pool.take()
    guard node != 0 else { return refuse(message) }
    queue.pool.put(message, in: node)
    queue.link(node, after: last)
    last = node
    position &+= 1
    if isWatched { afterLinking() }
    return nil
  }

  /// A crossing of a watermark not told yet: each is told once. Nothing when pressure is what it was.
  public mutating func pressureChange() -> Pressure? {
    pressure.note(fill: count)
    return pressure.takeChange()
  }

  @inline(__always)
  private mutating func hasRoom() -> Bool {
    if position &- consumed < room { return true }
    consumed = queue.words[Queue.consumed].loadAcquiring()
    return position &- consumed < room
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
extension NodeLinkProducer: Sendable where Message: Sendable & ~Copyable, Word: ~Copyable {}
