public import Buffers
public import Streams
public import Timing

/// One-shot timers in any number, each known by a key: a hierarchical timing wheel over preallocated nodes.
///
/// Eleven levels of 64 slots cover the clock's whole range of 584 years to the nanosecond: a slot of level n is 64^n
/// nanoseconds long, and a timer lies at the highest level at which the digits of its deadline and of the wheel's time,
/// both written to base 64, differ. As time enters a slot, its timers are spread over the levels below.
///
/// - Order: the earliest deadline first, and equal ones in the order in which they were set.
/// - Never early: nothing is given before its deadline.
/// - Late: a deadline before the wheel's time (that of the last `select`) counts as that time: the timer is due at once,
///   and `lateCount` counts it.
///
/// Setting and cancelling are O(1). A timer is spread at most once a level, so selecting is O(levels) amortised, and time
/// jumps over what is empty. A node takes 16 bytes, the slots 11 KiB. Context: reactor.
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
  /// Never later than the first deadline. It is the first deadline, unless timers were taken or cancelled and several
  /// shared the first slot, above level 0: then it may be the slot's start, and one `select` at that time finds out.
  public var nextDeadline: Instant { @inline(__always) get { Instant(nanoseconds: next) } }

  private var next = UInt64.max
  /// The last time at which nothing was due.
  private var present: UInt64 = 0
  /// What the timers' places are relative to: never after `present` or a deadline given, nor after any that is set.
  private var time: UInt64 = 0
  private var slots: SlotLists
  /// The first occupied slot. Up to its start, and in it up to `next`, nothing is due.
  private var first = Place.none

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
    if slots.deadline(of: checked(key)) == deadline.nanoseconds { return }
    change(key, to: deadline.nanoseconds)
  }

  /// Takes the key's timer away, if it has one.
  @inline(__always)
  public mutating func cancel(key: Int) { set(key: key, deadline: .never) }

  private mutating func change(_ key: Int, to deadline: UInt64) {
    if slots.deadline(of: key) != .max { remove(key) }
    if deadline != .max { insert(key, deadline) }
  }

  @inline(__always)
  private func checked(_ key: Int) -> Int {
    precondition(UInt(bitPattern: key) < UInt(bitPattern: keyCount), "no such timer")
    return key
  }

  @inline(__always)
  private mutating func insert(_ key: Int, _ asked: UInt64) {
    if present > time { advance() }
    var deadline = asked
    if deadline < time {
      lateCount &+= 1
      deadline = time
    }
    let place = Place(of: deadline, at: time)
    slots.append(key, deadline: deadline, to: place)
    first = min(first, place)
    next = min(next, deadline)
    count &+= 1
  }

  /// Brings the places up to the present, at which nothing is due: the first slot may have begun.
  @inline(__always)
  private mutating func advance() {
    time = present
    guard first != .none, !first.isExact, first.start(at: time) <= time else { return }
    _ = slots.spread(first, at: time)
    first = slots.first
  }

  @inline(__always)
  private mutating func remove(_ key: Int) {
    let deadline = slots.deadline(of: key)
    count &-= 1
    if slots.remove(key) == first || deadline == next { findFirst() }
  }

  @inline(__always)
  private mutating func findFirst() {
    first = slots.first
    guard first != .none else {
      next = .max
      return
    }
    let key = slots.firstKey(in: first)
    next = first.isExact || slots.isAlone(key) ? slots.deadline(of: key) : first.start(at: time)
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
    while first != .none, next <= limit {
      let key = slots.firstKey(in: first)
      if !first.isExact && !slots.isAlone(key) {
        spreadFirst()
        continue
      }
      // One that others in its slot were cancelled beside may still be ahead.
      next = slots.deadline(of: key)
      if next <= limit { return take(key) }
    }
    if limit < next { present = limit }
    return nil
  }

  /// Spreads the first slot, so that `next` is its earliest deadline: the next slot that is spread is so from there, and
  /// has that timer at level 0.
  private mutating func spreadFirst() {
    time = next
    next = slots.spread(first, at: time)
    first = slots.first
  }

  /// Takes a timer whose deadline is `next`.
  @inline(__always)
  private mutating func take(_ key: Int) -> Int {
    time = next
    count &-= 1
    if slots.remove(key) != nil { findFirst() }
    return key
  }
}
