/// The producing end of a `VecLink`.
public struct VecLinkProducer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Producer, ~Copyable {
  private typealias State = VecLinkState<Message, Word>
  private let state: VecLinkState<Message, Word>
  private var position: UInt64
  /// The consumer's position as last seen: it is there or further.
  private var consumed: UInt64
  private let room: UInt64
  /// Whether a push has more to do than to publish: a hook to call, or pressure to watch.
  private let isWatched: Bool
  private var pressure: PressureGauge
  public private(set) var droppedCount: UInt64 = 0

  init(_ state: VecLinkState<Message, Word>) {
    self.state = state
    position = state.properties.firstSequence
    consumed = state.properties.firstSequence
    room = UInt64(state.properties.capacity)
    pressure = PressureGauge(state.properties.watermarks)
    isWatched = state.properties.watermarks != nil || state.properties.waiting.hasHook
  }

  deinit {
    state.depart()
    // So that a sleeping consumer learns of the end.
    state.properties.waiting.wake(state.words, State.sleeping)
  }

  public var capacity: Int { state.properties.capacity }

  /// Messages in the queue; the consumer may take some meanwhile.
  public var count: Int {
    Int(truncatingIfNeeded: position &- state.words[State.consumed].loadAcquiring())
  }

  @inline(__always)
  public mutating func push(_ message: consuming Message) -> Message? {
    guard hasRoom() else { return refuse(message) }
    state.slots.put(message, at: position)
    publish(1)
    return nil
  }

  /// Adds up to `count` messages with one publication; the consumer sees all of them or none.
  ///
  /// - Parameter make: gives the message number `index`, 0 to the returned count - 1.
  /// - Returns: how many there was room for.
  @inline(__always)
  public mutating func push(upTo count: Int, _ make: (_ index: Int) -> Message) -> Int {
    let accepted = min(count, roomCount(atLeast: count))
    guard accepted > 0 else { return 0 }
    for index in 0..<accepted {
      state.slots.put(make(index), at: position &+ UInt64(truncatingIfNeeded: index))
    }
    publish(UInt64(truncatingIfNeeded: accepted))
    return accepted
  }

  /// A crossing of a watermark not told yet: each is told once. Nothing when pressure is what it was.
  public mutating func pressureChange() -> Pressure? {
    pressure.note(fill: count)
    return pressure.takeChange()
  }

  @inline(__always)
  private mutating func hasRoom() -> Bool {
    if position &- consumed < room { return true }
    consumed = state.words[State.consumed].loadAcquiring()
    return position &- consumed < room
  }

  /// Places free as far as is known, looking again when those are fewer than `count`.
  @inline(__always)
  private mutating func roomCount(atLeast count: Int) -> Int {
    if room &- (position &- consumed) < UInt64(truncatingIfNeeded: count) {
      consumed = state.words[State.consumed].loadAcquiring()
    }
    return Int(truncatingIfNeeded: room &- (position &- consumed))
  }

  @inline(__always)
  private mutating func publish(_ count: UInt64) {
    position &+= count
    state.words[State.published].storeReleasing(position)
    if isWatched { afterPublication() }
  }

  @inline(never)
  private mutating func afterPublication() {
    pressure.note(fill: count)
    state.properties.waiting.wake(state.words, State.sleeping)
  }

  @inline(never)
  private mutating func refuse(_ message: consuming Message) -> Message? {
    if case .dropNewest = state.properties.overflow {
      droppedCount &+= 1
      return nil
    }
    return message
  }
}
