public import Buffers
public import Streams
public import Timing

/// One-shot timers in any number, each known by a key: a hierarchical timing wheel over preallocated nodes.
///
/// Eleven levels of 64 slots cover the clock's whole range of 584 years to the nanosecond: a slot of level n is 64^n
/// nanoseconds long, and a timer lies at the highest level at which the digits of its deadline and of the wheel's time,
/// both written to base 64, differ. When the first of more than a few timers in a slot has to be known, they are spread
/// over the levels below.
///
/// - Order: the earliest deadline first, and equal ones in the order in which they were set.
/// - Never early: nothing is given before its deadline.
/// - Late: a deadline before the wheel's present (the time of the last `select` that gave nothing, or the deadline last
///   given when that is later) counts as the present: the timer is due at once, and `lateCount` counts it.
///
/// Setting and cancelling are O(1). A timer is spread at most once a level, so selecting is O(levels) amortised, and a few
/// instructions when nothing is due; time jumps over what is empty. One selection may spread all timers that share the
/// first slot, at about ten instructions each: the number of keys bounds it. A node takes 16 bytes, the slots 11 KiB.
/// Context: reactor.
public struct TimerWheel: Discipline, ~Copyable {
  /// The key whose deadline has come.
  public typealias Work = Int

  /// Keys there is room for.
  public let keyCount: Int
  /// Timers that are set.
  public private(set) var count = 0
  /// Timers that were set to a time already past. It wraps.
  public private(set) var lateCount: UInt64 = 0

  /// When there may be something to do; `never` when no timer is set. O(1).
  ///
  /// Never later than the first deadline. It is the first deadline, unless more than eight timers share the first slot,
  /// above level 0, and one that came before them was taken or cancelled: then it may be the slot's start, and one
  /// `select` at that time finds out. So nobody wakes for nothing more than once a level.
  public var nextDeadline: Instant { @inline(__always) get { Instant(nanoseconds: next) } }

  /// The first deadline, or a time in the first slot that is not after it.
  private var next = UInt64.max
  /// The timer that is due first, of equal ones the first; when that is not known, the first in the first slot. None
  /// when no timer is set.
  private var first = Link.none
  /// What was given was due by now, and nothing is due before: a deadline before it is late.
  private var present: UInt64 = 0
  /// What the timers' places are relative to: not after the present, nor after any deadline.
  private var time: UInt64 = 0
  private var slots: SlotLists

  /// Room for the keys 0 to `keyCount` - 1; no timer is set. Context: boot.
  public init(keyCount: Int, in arena: inout Arena) throws(ArenaError) {
    let slots = try SlotLists(keyCount: keyCount, in: &arena)
    self.keyCount = keyCount
    self.slots = slots
  }

  /// The deadline of the key's timer, `never` when it has none. One set late has the time at which it was set.
  @inline(__always)
  public func deadline(of key: Int) -> Instant {
    Instant(nanoseconds: slots.deadline(of: link(to: key)))
  }

  /// Sets the key's timer in place of the one it may have; `never` cancels it. Setting the deadline it already has
  /// changes nothing, not even its place among equal ones.
  @inline(__always)
  public mutating func set(key: Int, deadline: Instant) {
    let link = link(to: key)
    let current = slots.deadline(of: link)
    if current == deadline.nanoseconds { return }
    if deadline == .never { remove(link) } else { move(link, from: current, to: deadline.nanoseconds) }
  }

  /// Takes the key's timer away, if it has one.
  @inline(__always)
  public mutating func cancel(key: Int) {
    let link = link(to: key)
    if slots.deadline(of: link) != .max { remove(link) }
  }

  @inline(__always)
  private func link(to key: Int) -> Link {
    precondition(
      UInt(bitPattern: key) < UInt(bitPattern: keyCount),
      "the key of a timer is one of those there is room for")
    return slots.link(to: key)
  }

  // Calls nothing on its usual way, and so saves no registers.
  @inline(never)
  private mutating func move(_ key: Link, from current: UInt64, to deadline: UInt64) {
    if current == .max { count &+= 1 } else { slots.detach(key) }
    // The present is not after the next deadline, so whatever is late comes this way.
    if deadline < next { return moveFirst(key, to: deadline) }
    append(key, deadline)
  }

  /// To before all others, or late to the present.
  @inline(never)
  private mutating func moveFirst(_ key: Link, to asked: UInt64) {
    if asked < present { lateCount &+= 1 }
    let deadline = max(asked, present)
    // None for now, so that appending does not look for the first.
    if deadline < next { (next, first) = (deadline, .none) }
    append(key, deadline)
    if first == .none { first = key }
  }

  @inline(__always)
  private mutating func append(_ key: Link, _ deadline: UInt64) {
    let place = Place(of: deadline, at: time)
    let isAlone = slots.append(key, deadline: deadline, to: place)
    if isAlone || key == first { settle(key, in: place) }
  }

  /// What few timers need when they are in their slot: it was empty, or the key was the first.
  @inline(never)
  private mutating func settle(_ key: Link, in place: Place) {
    slots.occupy(place)
    if key == first { findFirst() }
  }

  @inline(never)
  private mutating func remove(_ key: Link) {
    count &-= 1
    slots.detach(key)
    slots.clear(key)
    if key == first { findFirst() }
  }

  /// Finds the first timer anew; what was before it is gone.
  @inline(never)
  private mutating func findFirst() {
    guard let place = slots.first() else {
      (next, first) = (.max, .none)
      return
    }
    let (key, isKnown) = slots.firstDue(in: place)
    let deadline = slots.deadline(of: key)
    first = key
    next = isKnown ? deadline : max(next, place.start(of: deadline))
  }

  /// Takes the first timer that is due.
  ///
  /// - Parameter limit: the present time in nanoseconds since boot, never less than before.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    limit >= next ? takeFirst(until: limit) : nothing(at: limit)
  }

  @inline(never)
  private mutating func nothing(at limit: UInt64) -> Int? {
    present = limit
    // Up to where the first slot begins, all places stay what they are.
    if limit < Place(of: next, at: time).start(of: next) { time = limit }
    return nil
  }

  // Apart from spreading, which needs registers to be saved.
  @inline(never)
  private mutating func takeFirst(until limit: UInt64) -> Int? {
    isFirstKnown ? takeFirst() : spreadAndTake(until: limit)
  }

  @inline(never)
  private mutating func spreadAndTake(until limit: UInt64) -> Int? {
    while next <= limit, first != .none {
      if isFirstKnown { return takeFirst() }
      spread()
    }
    return limit < next ? nothing(at: limit) : nil
  }

  /// Whether the first timer is due at `next`, and no other one is before it.
  @inline(__always)
  private var isFirstKnown: Bool { first != .none && slots.deadline(of: first) == next }

  @inline(__always)
  private mutating func takeFirst() -> Int {
    let key = first
    present = next
    count &-= 1
    slots.detach(key)
    slots.clear(key)
    findFirst()
    return slots.key(of: key)
  }

  /// Spreads the first slot; its first timer is known then.
  private mutating func spread() {
    guard let place = slots.first() else { return }
    time = next
    first = slots.spread(place, at: time)
    next = slots.deadline(of: first)
  }
}

// It can be moved to the core that uses it.
extension TimerWheel: Sendable {}
