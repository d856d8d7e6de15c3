import Buffers
import Streams
import TestSupport
import Timing

/// Two ways of keeping timers go through the same random life in virtual time, and must do the same.
struct TimerComparison<Kept: TimerKeeping & ~Copyable>: ~Copyable {
  private var timers: Kept
  private var reference: SortedTimers
  private let keyCount: Int
  private var random: SeededRandom
  private var now: UInt64 = 0
  private(set) var takenCount = 0
  private(set) var lateCount: UInt64 = 0
  /// What was found first.
  private(set) var difference: String?

  init(_ timers: consuming Kept, _ reference: consuming SortedTimers, keyCount: Int, _ random: SeededRandom) {
    self.timers = timers
    self.reference = reference
    self.keyCount = keyCount
    self.random = random
  }

  /// Sets all keys, then sets, cancels and lets time pass at random, and at last takes all that is left.
  mutating func run(steps: Int) {
    for key in 0..<keyCount { set(key) }
    for _ in 0..<steps where difference == nil {
      let key = Int.random(in: 0..<keyCount, using: &random)
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<60: set(key)
      case 60..<80: cancel(key)
      default: wait()
      }
      compare(key)
      if Int.random(in: 0..<steps / 8, using: &random) == 0 { jump() }
    }
    takeDue(at: .max - 1)
    if timers.count > 0 { note("\(timers.count) timers are left at the end of time") }
    lateCount = timers.lateCount
  }

  private mutating func set(_ key: Int) {
    let isLate = Int.random(in: 0..<20, using: &random) == 0
    // Some are equal: none of them differs in its last bits.
    let roundness = UInt64.random(in: 0..<8, using: &random) * 4
    let deadline = isLate ? now - min(now, distance()) : now + distance() & (.max << roundness)
    timers.set(key: key, deadline: Instant(nanoseconds: deadline))
    reference.set(key: key, deadline: Instant(nanoseconds: deadline))
  }

  /// Any number of bits up to 48 is as likely.
  private mutating func distance() -> UInt64 {
    UInt64.random(in: 0...(1 << UInt64.random(in: 0...48, using: &random)), using: &random)
  }

  private mutating func cancel(_ key: Int) {
    timers.cancel(key: key)
    reference.cancel(key: key)
  }

  /// Until the wheel asks to be woken, or for any short time.
  private mutating func wait() {
    if timers.nextDeadline > reference.nextDeadline { return note("wakes too late") }
    if Bool.random(using: &random), timers.nextDeadline != .never {
      takeDue(at: max(now, timers.nextDeadline.nanoseconds))
    } else {
      takeDue(at: now + distance() >> 16)
    }
  }

  /// By up to 2^48, mostly so far that no timers are left; some are set again.
  private mutating func jump() {
    takeDue(at: now + distance())
    for key in 0..<keyCount / 4 where timers.deadline(of: key) == .never { set(key) }
  }

  private mutating func takeDue(at time: UInt64) {
    now = time
    while difference == nil {
      let expected = reference.select(now)
      let key = timers.select(now)
      if key != expected { note("at \(now): \(key ?? -1) in place of \(expected ?? -1)") }
      if key == nil || expected == nil { return }
      takenCount += 1
    }
  }

  private mutating func compare(_ key: Int) {
    if timers.count != reference.count { note("\(timers.count) timers in place of \(reference.count)") }
    if timers.deadline(of: key) != reference.deadline(of: key) { note("another deadline of \(key)") }
    if timers.lateCount != reference.lateCount {
      note("\(timers.lateCount) late in place of \(reference.lateCount)")
    }
  }

  private mutating func note(_ text: String) {
    if difference == nil { difference = text }
  }
}
