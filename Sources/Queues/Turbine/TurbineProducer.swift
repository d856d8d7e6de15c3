/// The producing end of a `Turbine`.
///
/// It writes messages in place, in a claim that is published as a whole, or pushes them by value.
public struct TurbineProducer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Producer, ~Copyable {
  private let state: TurbineState<Message, Word>
  let slots: Slots<Message, Word>
  private let published: Placed<Word>
  private(set) var position: UInt64
  /// Where there was no more room when it was looked at last. While a claim is open it is where the claim begins, so
  /// that a push finds no room.
  private var limit: UInt64
  /// The limit, kept while a claim is open; older otherwise.
  private var keptLimit: UInt64
  /// Places of the open claim; zero when there is none.
  private(set) var claimedCount = 0
  private let isWatched: Bool
  public private(set) var droppedCount: UInt64 = 0

  init(_ state: TurbineState<Message, Word>) {
    self.state = state
    slots = state.slots
    published = state.words.reference(to: TurbineState<Message, Word>.next)
    position = state.properties.firstSequence
    limit = position &+ state.room
    keptLimit = limit
    isWatched = state.isWatched
  }

  deinit { state.departProducer() }

  public var capacity: Int { state.capacity }

  /// Whether anybody is left to read. When not, nothing is claimed or pushed once the room seen last is used up.
  public var hasConsumers: Bool { state.hasConsumers }

  /// Published messages that the slowest consumer has not read; it may read some meanwhile.
  public var count: Int { state.count(upTo: position, known: keptLimit) }

  /// Claims the next `count` places, to be written with `producer[0]` to `producer[count - 1]` and then published.
  ///
  /// - Returns: false when there is no room for all of them now, since the slowest consumer is too far behind.
  @inline(__always)
  public mutating func claim(_ count: Int) throws(ClaimError) -> Bool {
    try state.check(claim: count, open: claimedCount)
    guard roomCount(atLeast: count) >= count else { return false }
    claimedCount = count
    keptLimit = limit
    limit = position
    return true
  }

  /// Lets the consumers see what was claimed, all of it at once.
  @inline(__always)
  public mutating func publish() throws(ClaimError) {
    guard claimedCount > 0 else { throw .nothingClaimed }
    limit = keptLimit
    let next = position &+ UInt64(truncatingIfNeeded: claimedCount)
    claimedCount = 0
    advance(to: next)
  }

  /// Overwrites the next place; gives the message back when there is no room, or a claim is open.
  @inline(__always)
  public mutating func push(_ message: consuming Message) -> Message? {
    if position == limit, roomCount(atLeast: 1) == 0 {
      guard drops() else { return message }
      return nil
    }
    slots[position] = message
    advance(to: position &+ 1)
    return nil
  }

  /// Overwrites up to `count` places with one publication; the consumers see all of them or none.
  ///
  /// - Parameter make: gives the message number `index`, 0 to the returned count - 1.
  /// - Returns: how many there was room for; zero while a claim is open.
  @inline(__always)
  public mutating func push(upTo count: Int, _ make: (_ index: Int) -> Message) -> Int {
    let accepted = min(count, roomCount(atLeast: count))
    guard accepted > 0 else { return 0 }
    for index in 0..<accepted {
      slots[position &+ UInt64(truncatingIfNeeded: index)] = make(index)
    }
    advance(to: position &+ UInt64(truncatingIfNeeded: accepted))
    return accepted
  }

  /// A crossing of a watermark not told yet: each is told once. Nothing when pressure is what it was.
  public mutating func pressureChange() -> Pressure? { state.pressureChange(for: 0, fill: count) }

  /// Places free as far as is known, looking again when those are fewer than `count`; none while a claim is open.
  @inline(__always)
  private mutating func roomCount(atLeast count: Int) -> Int {
    if limit &- position < UInt64(truncatingIfNeeded: count), claimedCount == 0 {
      limit = state.limit(known: limit)
    }
    return Int(truncatingIfNeeded: limit &- position)
  }

  @inline(__always)
  private mutating func advance(to next: UInt64) {
    position = next
    published.value.storeReleasing(next)
    if isWatched { state.afterPublication(by: 0, upTo: next, known: keptLimit) }
  }

  private mutating func drops() -> Bool {
    guard state.dropsNewest, claimedCount == 0, hasConsumers else { return false }
    droppedCount &+= 1
    return true
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension TurbineProducer: Sendable where Message: Sendable & ~Copyable, Word: ~Copyable {}
