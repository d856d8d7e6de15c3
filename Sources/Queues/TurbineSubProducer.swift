/// One of the producing ends of a `TurbineSub`.
///
/// A claim that is dropped with its producer is passed over by the consumers; while it is open, they wait for it.
public struct TurbineSubProducer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Producer, ~Copyable {
  typealias State = TurbineState<Message, Word>
  let state: TurbineState<Message, Word>
  /// Where the open claim begins.
  private(set) var position: UInt64
  /// Where there was no more room when it was looked at last; other producers may have gone beyond.
  private var limit: UInt64
  /// Places of the open claim; zero when there is none.
  private(set) var claimedCount = 0
  private let publications: TurbinePublications<Word>
  private let isWatched: Bool
  private var pressure: PressureGauge
  public private(set) var droppedCount: UInt64 = 0

  init(_ state: TurbineState<Message, Word>) {
    guard let publications = state.publications else { preconditionFailure("a turbine of one producer") }
    self.state = state
    self.publications = publications
    position = state.properties.firstSequence
    limit = position &+ UInt64(state.properties.capacity)
    pressure = PressureGauge(state.properties.watermarks)
    isWatched = state.properties.watermarks != nil || state.hooked != 0
  }

  deinit {
    if claimedCount > 0 { publications.abandon(UInt64(claimedCount), from: position) }
    state.departProducer()
  }

  public var capacity: Int { state.properties.capacity }

  /// Whether anybody is left to read. When not, nothing is claimed or pushed as soon as the room seen last is used up.
  public var hasConsumers: Bool { state.words[State.consumers].loadAcquiring() != 0 }

  /// Claimed messages that the slowest consumer has not read; others may claim and read some meanwhile.
  public var count: Int {
    state.count(upTo: state.words[State.next].loadAcquiring(), known: limit)
  }

  /// Claims `count` places in a row, to be written with `producer[0]` to `producer[count - 1]` and then published.
  ///
  /// - Returns: false when there is no room for all of them now, since the slowest consumer is too far behind.
  @inline(__always)
  public mutating func claim(_ count: Int) throws(ClaimError) -> Bool {
    try state.check(claim: count, open: claimedCount)
    return reserve(count, atLeast: count) > 0
  }

  /// Lets the consumers see what was claimed, all of it at once, as soon as what was claimed before is published.
  @inline(__always)
  public mutating func publish() throws(ClaimError) {
    guard claimedCount > 0 else { throw .nothingClaimed }
    publishClaim()
  }

  /// Overwrites a place; gives the message back when there is no room, or a claim is open.
  @inline(__always)
  public mutating func push(_ message: consuming Message) -> Message? {
    guard claimedCount == 0, reserve(1, atLeast: 1) > 0 else { return refuse(message) }
    state.slots[position] = message
    publishClaim()
    return nil
  }

  /// Overwrites up to `count` places in a row with one publication; the consumers see all of them or none.
  ///
  /// - Parameter make: gives the message number `index`, 0 to the returned count - 1.
  /// - Returns: how many there was room for; zero while a claim is open.
  @inline(__always)
  public mutating func push(upTo count: Int, _ make: (_ index: Int) -> Message) -> Int {
    guard count > 0, claimedCount == 0 else { return 0 }
    let accepted = reserve(count, atLeast: 1)
    guard accepted > 0 else { return 0 }
    for index in 0..<accepted {
      state.slots[position &+ UInt64(truncatingIfNeeded: index)] = make(index)
    }
    publishClaim()
    return accepted
  }

  /// A crossing of a watermark not told yet: each is told once, to each producer. Nothing when pressure is what it was.
  public mutating func pressureChange() -> Pressure? {
    pressure.note(fill: count)
    return pressure.takeChange()
  }

  /// Claims `count` places, or as many as there are, but not fewer than `least`.
  ///
  /// - Returns: how many; zero when there are too few.
  @inline(__always)
  private mutating func reserve(_ count: Int, atLeast least: Int) -> Int {
    var next = state.words[State.next].load()
    while true {
      if roomCount(from: next) < count {
        limit = state.limit(known: limit)
        // Loaded behind the cursors, it cannot be older than they are.
        next = state.words[State.next].load()
      }
      let accepted = min(count, roomCount(from: next))
      guard accepted >= least else { return 0 }
      let (exchanged, original) = state.words[State.next].compareExchange(
        expected: next, desired: next &+ UInt64(truncatingIfNeeded: accepted))
      if exchanged {
        position = next
        claimedCount = accepted
        return accepted
      }
      next = original
    }
  }

  /// Places free from `next` on, as far as is known; negative when others know more.
  @inline(__always)
  private func roomCount(from next: UInt64) -> Int { Int(truncatingIfNeeded: limit &- next) }

  @inline(__always)
  private mutating func publishClaim() {
    publications.publish(UInt64(truncatingIfNeeded: claimedCount), from: position)
    claimedCount = 0
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
