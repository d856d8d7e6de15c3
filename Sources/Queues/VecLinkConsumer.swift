public import Streams
public import Timing

/// The consuming end of a `VecLink`.
public struct VecLinkConsumer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Consumer, ~Copyable {
  private typealias State = VecLinkState<Message, Word>
  private let state: VecLinkState<Message, Word>
  private var position: UInt64
  /// The producer's position as last seen: it is there or further.
  private var published: UInt64

  init(_ state: VecLinkState<Message, Word>) {
    self.state = state
    position = state.properties.firstSequence
    published = state.properties.firstSequence
  }

  deinit { state.depart() }

  public var capacity: Int { state.properties.capacity }
  public var demand: Int { capacity }

  /// Messages in the queue; the producer may add some meanwhile.
  public var count: Int {
    Int(truncatingIfNeeded: state.words[State.published].loadAcquiring() &- position)
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Never> {
    if position == published {
      published = state.words[State.published].loadAcquiring()
      if position == published {
        guard state.hasOtherDeparted else { return .pending }
        // Looks again behind the producer's leaving: what it pushed before is still to be taken.
        published = state.words[State.published].loadAcquiring()
        if position == published { return .ended }
      }
    }
    let message = state.slots.take(at: position)
    position &+= 1
    state.words[State.consumed].storeReleasing(position)
    return .ready(message)
  }

  /// Takes up to `limit` messages and gives their places back at once.
  ///
  /// - Returns: how many there were.
  @inline(__always)
  public mutating func drain(upTo limit: Int, _ receive: (consuming Message) -> Void) -> Int {
    if published &- position < UInt64(truncatingIfNeeded: limit) {
      published = state.words[State.published].loadAcquiring()
    }
    let taken = min(limit, Int(truncatingIfNeeded: published &- position))
    guard taken > 0 else { return 0 }
    for _ in 0..<taken {
      receive(state.slots.take(at: position))
      position &+= 1
    }
    state.words[State.consumed].storeReleasing(position)
    return taken
  }

  /// Asks for the wake hook at the next message. True when one is there already: take it first, and ask again.
  public mutating func armWakeup() -> Bool {
    state.words[State.sleeping].store(1)
    // The producer publishes, fences, and looks at the flag; one of the two sees the other.
    Word.fence()
    published = state.words[State.published].loadAcquiring()
    guard position == published, !state.hasOtherDeparted else {
      state.words[State.sleeping].store(0)
      return true
    }
    return false
  }
}
