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
/// Setting and cancelling are O(1). A timer is spread at most once a level, so selecting is O(levels) amortised, and
/// one compare when nothing is due; time jumps over what is empty. A node takes 16 bytes, the slots 11 KiB. Context:
/// reactor.
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

  /// The first deadline or, when `firstKey` is not known, a time that is neither after it nor before `firstStart`.
  private var next = UInt64.max
  /// The timer that is due at `next`, of equal ones the first; or -1.
  private var firstKey = -1
  /// The first occupied slot, and when it begins.
  private var first = Place.none
  private var firstStart = UInt64.max
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
    Instant(nanoseconds: slots.deadline(of: checked(key)))
  }

  /// Sets the key's timer in place of the one it may have; `never` cancels it. Setting the deadline it already has
  /// changes nothing, not even its place among equal ones.
  @inline(__always)
  public mutating func set(key: Int, deadline: Instant) {
    let current = slots.deadline(of: checked(key))
    if current == deadline.nanoseconds { return }
    if current != .max { remove(key) }
    if deadline != .never { insert(key, deadline.nanoseconds) }
  }

  /// Takes the key's timer away, if it has one.
  @inline(__always)
  public mutating func cancel(key: Int) {
    if slots.deadline(of: checked(key)) != .max { remove(key) }
  }

  @inline(__always)
  private func checked(_ key: Int) -> Int {
    precondition(
      UInt(bitPattern: key) < UInt(bitPattern: keyCount),
      "the key of a timer is one of those there is room for")
    return key
  }

  // Calls nothing, and so saves no registers.
  @inline(never)
  private mutating func insert(_ key: Int, _ asked: UInt64) {
    // Up to where the first slot begins, all places stay what they are.
    if firstStart > present { time = max(time, present) }
    var deadline = asked
    if deadline < present {
      lateCount &+= 1
      deadline = present
    }
    let place = Place(of: deadline, at: time)
    slots.append(key, deadline: deadline, to: place)
    count &+= 1
    if deadline < next { begin(with: key, deadline, in: place) }
  }

  @inline(__always)
  private mutating func begin(with key: Int, _ deadline: UInt64, in place: Place) {
    next = deadline
    firstKey = key
    first = place
    firstStart = place.start(at: time)
  }

  @inline(never)
  private mutating func remove(_ key: Int) {
    count &-= 1
    let wasAlone = slots.remove(key)
    if key == firstKey || (wasAlone && firstKey < 0) { findFirst() }
  }

  /// Finds the first timer anew; what was before it is gone.
  @inline(never)
  private mutating func findFirst() {
    first = slots.first
    guard first != .none else {
      (next, firstStart, firstKey) = (.max, .max, -1)
      return
    }
    firstStart = first.start(at: time)
    firstKey = slots.firstDue(in: first)
    next = firstKey < 0 ? max(next, firstStart) : slots.deadline(of: firstKey)
  }

  /// Takes the first timer that is due.
  ///
  /// - Parameter limit: the present time in nanoseconds since boot, never less than before.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard limit >= next else {
      present = limit
      return nil
    }
    return takeFirst(until: limit)
  }

  private mutating func takeFirst(until limit: UInt64) -> Int? {
    while next <= limit, first != .none {
      if firstKey >= 0 { return takeFirst() }
      spreadFirst()
    }
    if limit < next { present = limit }
    return nil
  }

  @inline(__always)
  private mutating func takeFirst() -> Int {
    let key = firstKey
    present = next
    count &-= 1
    _ = slots.remove(key)
    findFirst()
    return key
  }

  /// Spreads the first slot; its first timer is known then.
  private mutating func spreadFirst() {
    time = next
    firstKey = slots.spread(first, at: time)
    next = slots.deadline(of: firstKey)
    first = slots.first
    firstStart = first.start(at: time)
  }
}

// It can be moved to the core that uses it.
extension TimerWheel: Sendable {}
