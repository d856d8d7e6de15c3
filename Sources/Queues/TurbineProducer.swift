/// The producing end of a `Turbine`.
///
/// It writes messages in place, in a claim that is published as a whole, or pushes them by value.
public struct TurbineProducer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Producer, ~Copyable {
  typealias State = TurbineState<Message, Word>
  let state: TurbineState<Message, Word>
  private(set) var position: UInt64
  /// Where there was no more room when it was looked at last. While a claim is open it is where the claim begins, so
  /// that a push finds no room.
  private var limit: UInt64
  /// The limit, kept while a claim is open; older otherwise.
  private var keptLimit: UInt64
  /// Places of the open claim; zero when there is none.
  private(set) var claimedCount = 0
  private let isWatched: Bool
  private var pressure: PressureGauge
  public private(set) var droppedCount: UInt64 = 0

  init(_ state: TurbineState<Message, Word>) {
    self.state = state
    position = state.properties.firstSequence
    limit = position &+ UInt64(state.properties.capacity)
    keptLimit = limit
    pressure = PressureGauge(state.properties.watermarks)
    isWatched = state.properties.watermarks != nil || state.hooked != 0
  }

  deinit { state.departProducer() }

  public var capacity: Int { state.properties.capacity }

  /// Whether anybody is left to read. When not, nothing is claimed or pushed as soon as the room seen last is used up.
  public var hasConsumers: Bool { state.words[State.consumers].loadAcquiring() != 0 }

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
    let count = UInt64(truncatingIfNeeded: claimedCount)
    claimedCount = 0
    advance(count)
  }

  /// Overwrites the next place; gives the message back when there is no room, or a claim is open.
  @inline(__always)
  public mutating func push(_ message: consuming Message) -> Message? {
    if position == limit, roomCount(atLeast: 1) == 0 { return refuse(message) }
    state.slots[position] = message
    advance(1)
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
      state.slots[position &+ UInt64(truncatingIfNeeded: index)] = make(index)
    }
    advance(UInt64(truncatingIfNeeded: accepted))
    return accepted
  }

  /// A crossing of a watermark not told yet: each is told once. Nothing when pressure is what it was.
  public mutating func pressureChange() -> Pressure? {
    pressure.note(fill: count)
    return pressure.takeChange()
  }

  /// Places free as far as is known, looking again when those are fewer than `count`.
  @inline(__always)
  private mutating func roomCount(atLeast count: Int) -> Int {
    if limit &- position < UInt64(truncatingIfNeeded: count) { lookForRoom() }
    return Int(truncatingIfNeeded: limit &- position)
  }

  @inline(never)
  private mutating func lookForRoom() {
    guard claimedCount == 0 else { return }
    limit = state.limit(known: limit)
  }

  @inline(__always)
  private mutating func advance(_ count: UInt64) {
    position &+= count
    state.words[State.next].storeReleasing(position)
    if isWatched { afterPublication() }
  }

  @inline(never)
  private mutating func afterPublication() {
    pressure.note(fill: count)
    if state.hooked != 0 { state.wakeSleepers() }
  }

  @inline(never)
  private mutating func refuse(_ message: consuming Message) -> Message? {
    guard state.properties.overflow.dropsNewest, claimedCount == 0 else { return message }
    droppedCount &+= 1
    return nil
  }
}
