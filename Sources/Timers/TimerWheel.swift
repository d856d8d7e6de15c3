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
  /// When there may be something to do: the deadline of the first timer when it lies at level 0, the start of its slot
  /// otherwise; `never` when no timer is set. So never later than the first deadline, and whoever sleeps until then and
  /// selects wakes for nothing at most once a level. O(1).
  public var nextDeadline: Instant { @inline(__always) get { Instant(nanoseconds: next) } }

  private var next = UInt64.max
  /// The last time at which nothing was due.
  private var present: UInt64 = 0
  /// What the timers' places are relative to: never after `present` or a deadline given, nor after any that is set.
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
    precondition(UInt(bitPattern: key) < UInt(bitPattern: keyCount), "no such timer")
    return Instant(nanoseconds: slots.deadline(of: key))
  }

  /// Sets the key's timer in place of the one it may have; `never` cancels it. Setting the deadline it already has
  /// changes nothing, not even its place among equal ones.
  @inline(__always)
  public mutating func set(key: Int, deadline: Instant) {
    if slots.deadline(of: key) == deadline.nanoseconds { return }
    change(key, to: deadline.nanoseconds)
  }

  /// Takes the key's timer away, if it has one.
  @inline(__always)
  public mutating func cancel(key: Int) { set(key: key, deadline: .never) }

  private mutating func change(_ key: Int, to deadline: UInt64) {
    precondition(UInt(bitPattern: key) < UInt(bitPattern: keyCount), "no such timer")
    if slots.deadline(of: key) != .max { remove(key) }
    if deadline != .max { insert(key, deadline) }
  }

  @inline(__always)
  private mutating func insert(_ key: Int, _ asked: UInt64) {
    time = max(time, present)
    if asked < time { lateCount &+= 1 }
    let deadline = max(asked, time)
    let place = Place(of: deadline, at: time)
    slots.append(key, deadline: deadline, to: place)
    next = min(next, place.start(at: time))
    count &+= 1
  }

  @inline(__always)
  private mutating func remove(_ key: Int) {
    count &-= 1
    if slots.remove(key) { next = firstStart() }
  }

  @inline(__always)
  private func firstStart() -> UInt64 { slots.first?.start(at: time) ?? .max }

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

  /// Spreads the first slot until its first timer is known. One that is alone is known at any level.
  private mutating func takeFirst(until limit: UInt64) -> Int? {
    while let place = slots.first {
      let start = place.start(at: time)
      guard start <= limit else { break }
      let key = slots.firstKey(in: place)
      let isAlone = slots.isAlone(key)
      let deadline = slots.deadline(of: key)
      if place.isExact || (isAlone && deadline <= limit) { return take(key, at: deadline, leavesNone: isAlone) }
      // With no other timer in the slot none is set up to the limit.
      time = isAlone ? limit : start
      slots.spread(place, at: time)
    }
    next = firstStart()
    if limit < next { present = limit }
    return nil
  }

  @inline(__always)
  private mutating func take(_ key: Int, at deadline: UInt64, leavesNone: Bool) -> Int {
    time = deadline
    count &-= 1
    _ = slots.remove(key)
    next = leavesNone ? firstStart() : deadline
    return key
  }
}
