/// One of the producing ends of a `TurbineSub`.
///
/// A claim that is dropped with its producer is passed over by the consumers; while it is open, they wait for it.
public struct TurbineSubProducer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Producer, ~Copyable {
  private let state: TurbineState<Message, Word>
  let slots: Slots<Message, Word>
  private let claimed: Placed<Word>
  private let publications: TurbinePublications<Word>
  /// Where the open claim begins.
  private(set) var position: UInt64
  /// Where there was no more room when it was looked at last; other producers may have gone beyond.
  private var limit: UInt64
  /// Places of the open claim; zero when there is none.
  private(set) var claimedCount = 0
  private let isWatched: Bool
  private let index: Int
  public private(set) var droppedCount: UInt64 = 0

  init(_ state: TurbineState<Message, Word>, _ index: Int) {
    guard let publications = state.publications else { preconditionFailure("a turbine of one producer") }
    self.state = state
    self.index = index
    self.publications = publications
    slots = state.slots
    claimed = state.words.reference(to: TurbineState<Message, Word>.next)
    position = state.properties.firstSequence
    limit = position &+ state.room
    isWatched = state.isWatched
  }

  deinit {
    if claimedCount > 0 { publications.abandon(UInt64(claimedCount), from: position) }
    state.departProducer()
  }

  public var capacity: Int { state.capacity }

  /// Whether anybody is left to read. When not, nothing is claimed or pushed once the room seen last is used up.
  public var hasConsumers: Bool { state.hasConsumers }

  /// Claimed messages that the slowest consumer has not read; others may claim and read some meanwhile.
  public var count: Int { state.count(upTo: claimed.value.load(), known: limit) }

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
    guard claimedCount == 0, reserve(1, atLeast: 1) > 0 else {
      guard drops() else { return message }
      return nil
    }
    slots[position] = message
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
      slots[position &+ UInt64(truncatingIfNeeded: index)] = make(index)
    }
    publishClaim()
    return accepted
  }

  /// A crossing of a watermark not told yet: each is told once, to each producer. Nothing when pressure is what it was.
  public mutating func pressureChange() -> Pressure? { state.pressureChange(for: index, fill: count) }

  /// Claims `count` places, or as many as there are, but not fewer than `least`.
  ///
  /// - Returns: how many; zero when there are too few.
  @inline(__always)
  private mutating func reserve(_ count: Int, atLeast least: Int) -> Int {
    var next = claimed.value.load()
    while true {
      if roomCount(from: next) < count {
        limit = state.limit(known: limit)
        let latest = claimed.value.load()
        // When others claimed meanwhile, the two do not belong together, and may show less room than there ever was.
        guard latest == next else {
          next = latest
          continue
        }
      }
      let accepted = min(count, roomCount(from: next))
      guard accepted >= least else { return 0 }
      let (exchanged, original) = claimed.value.compareExchange(
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
    if isWatched {
      state.afterPublication(by: index, upTo: claimed.value.load(), known: limit)
    }
  }

  private mutating func drops() -> Bool {
    guard state.dropsNewest, claimedCount == 0, hasConsumers else { return false }
    droppedCount &+= 1
    return true
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension TurbineSubProducer: Sendable where Message: Sendable & ~Copyable, Word: ~Copyable {}
