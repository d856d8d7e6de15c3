/// One of the consuming ends of a turbine: it sees every message once, in order, behind those it depends on.
///
/// Dropped, it holds nobody up any more. Copyable messages can be polled too: then it is a `Consumer`.
public struct TurbineConsumer<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  typealias State = TurbineState<Message, Word>
  let state: TurbineState<Message, Word>
  private let index: Int
  private let rule: TurbineRule
  private let cursor: TurbineWord<Word>
  private(set) var position: UInt64
  /// How far it may read, as last seen: it is so far or further.
  private(set) var limit: UInt64
  /// Whether it waits for the only producer and for nobody else, ever.
  private let isFirst: Bool
  /// Whether somebody behind it may ask to be woken.
  private let isWatched: Bool

  init(_ state: TurbineState<Message, Word>, _ index: Int) {
    self.state = state
    self.index = index
    rule = state.rules[UInt64(index)]
    cursor = state.cursors.reference(to: index)
    position = state.properties.firstSequence
    limit = position
    isFirst = rule.direct == 0 && state.publications == nil
    isWatched = state.hasSleepers(behind: index)
  }

  deinit { state.departConsumer(index) }

  public var capacity: Int { state.properties.capacity }

  /// Messages that it may read now, in one piece; there may be more in the next moment.
  public var available: Int {
    mutating get {
      _ = lookFurther(upTo: state.room)
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
    if self.limit &- position < wanted { _ = lookFurther(upTo: wanted) }
    let count = min(wanted, self.limit &- position)
    guard count > 0 else { return 0 }
    var next = position
    let end = position &+ count
    while next != end {
      receive(state.slots[next], next &+ 1 == end)
      next &+= 1
    }
    advance(to: end)
    return Int(truncatingIfNeeded: count)
  }

  /// Asks for the wake hook at the next message. True when one is there already, or the end: take it first, and ask again.
  public mutating func armWakeup() -> Bool {
    state.sleepers[index].store(1)
    // See `wakeSleepers`.
    Word.fence()
    guard lookFurther(upTo: 1) || hasEnded else { return false }
    state.sleepers[index].store(0)
    return true
  }

  /// Looks again how far it may read. False when that is nowhere.
  @inline(__always)
  mutating func lookFurther(upTo count: UInt64) -> Bool {
    guard isFirst else { return lookAround(upTo: count) }
    limit = state.words[State.next].loadAcquiring()
    return position != limit
  }

  @inline(never)
  private mutating func lookAround(upTo count: UInt64) -> Bool {
    while true {
      switch state.reach(rule, at: position, upTo: count) {
      case .messages(let count):
        limit = position &+ count
        return true
      case .abandoned:
        limit = position &+ 1
        advance(to: limit)
      case .nothing:
        return false
      }
    }
  }

  @inline(__always)
  mutating func advance(to next: UInt64) {
    position = next
    cursor.word.storeReleasing(next)
    if isWatched { state.wakeSleepers() }
  }
}
