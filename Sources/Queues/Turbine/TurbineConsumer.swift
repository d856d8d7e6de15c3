/// One of the consuming ends of a turbine: it sees every message once, in order, behind those it depends on.
///
/// Dropped, it holds nobody up any more. Copyable messages can be polled too: then it is a `Consumer`.
public struct TurbineConsumer<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  let state: TurbineState<Message, Word>
  let slots: Slots<Message, Word>
  private let cursor: Placed<Word>
  /// Where to look for more at first: how far the only one is that it waits for, be it producer or consumer. Its own
  /// cursor, which never has more, when there are several.
  private let source: Placed<Word>
  private(set) var position: UInt64
  /// How far it may read, as last seen.
  private(set) var limit: UInt64
  /// Whether somebody behind it may ask to be woken.
  private let isWatched: Bool
  private let index: Int

  init(_ state: TurbineState<Message, Word>, _ index: Int) {
    self.state = state
    self.index = index
    slots = state.slots
    cursor = state.cursors.reference(to: index)
    source = state.source(of: index)
    position = state.properties.firstSequence
    limit = position
    isWatched = state.hasSleepers(behind: index)
  }

  deinit { state.departConsumer(index) }

  public var capacity: Int { state.capacity }

  /// Messages that it may read now, in one piece; there may be more in the next moment.
  public var available: Int {
    mutating get {
      _ = lookAround(upTo: state.room)
      return Int(truncatingIfNeeded: limit &- position)
    }
  }

  /// Whether the producers are gone and everything was read.
  public var hasEnded: Bool { state.isEnd(position) }

  /// Looks at up to `limit` messages where they lie, at most a batch of them, and gives their places back at once.
  ///
  /// - Parameter receive: is told with the last message that it is the last of this batch.
  /// - Returns: how many there were.
  @inline(__always)
  public mutating func read(
    upTo limit: Int, _ receive: (_ message: borrowing Message, _ isLastOfBatch: Bool) -> Void
  ) -> Int {
    let wanted = UInt64(truncatingIfNeeded: max(0, min(limit, state.properties.batch)))
    if self.limit &- position < wanted, !lookFurther() { _ = lookAround(upTo: wanted) }
    let count = min(wanted, self.limit &- position)
    guard count > 0 else { return 0 }
    let end = position &+ count
    var place = position
    while place != end {
      let next = place &+ 1
      receive(slots[place], next == end)
      place = next
    }
    advance(to: end)
    return Int(truncatingIfNeeded: count)
  }

  /// Asks for the wake hook at the next message. True when one is there already, or the end: take it first, and ask
  /// again. The hook may have been called all the same.
  public mutating func armWakeup() -> Bool {
    guard state.rules[UInt64(index)].waiting?.hasHook == true else { return true }
    let sleeper = state.sleepers.reference(to: index)
    sleeper.value.store(1)
    // See `wakeSleepers`.
    Word.fence()
    guard lookAround(upTo: 1) || hasEnded else { return false }
    sleeper.value.store(0)
    return true
  }

  /// Looks at the source alone. False when that has nothing more, or is one that left and is behind already: then it
  /// takes `lookAround` to know.
  @inline(__always)
  mutating func lookFurther() -> Bool {
    let found = source.value.loadAcquiring()
    guard Int64(bitPattern: found &- position) > 0 else { return false }
    limit = found
    return true
  }

  /// Looks again how far it may read, at most `count` further. False when that is nowhere.
  @inline(__always)
  mutating func lookAround(upTo count: UInt64) -> Bool {
    (position, limit) = state.lookAround(index, at: position, upTo: count)
    return position != limit
  }

  @inline(__always)
  mutating func advance(to next: UInt64) {
    position = next
    cursor.value.storeReleasing(next)
    if isWatched { state.wakeSleepers() }
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension TurbineConsumer: Sendable where Message: Sendable & ~Copyable, Word: ~Copyable {}
