import BenchSupport
import Buffers
import Streams
import Timers
import Timing

/// Numbers that look random, the same as the C peer's (xorshift64).
struct Delays {
  private static let longest: UInt64 = 1 << 30
  private var state: UInt64 = 88_172_645_463_325_252

  @inline(__always)
  mutating func next() -> UInt64 {
    state ^= state &<< 13
    state ^= state &>> 7
    state ^= state &<< 17
    return state % Self.longest &+ 1
  }
}

/// Sluice's wheel, and what is done to it.
struct Wheel: ~Copyable {
  private static let coarseStep: UInt64 = 1 << 20
  /// Shares no factor with a power of ten: steps of it visit every timer, far from the one before.
  private static let stride = 618_033

  private let size: Int
  private var timers: TimerWheel
  private var now: UInt64 = 0
  private var place = 0
  private var delays = Delays()

  init(size: Int) {
    var arena = freshArena(byteCount: 16 * size + 1 << 16)
    self.size = size
    timers = try! TimerWheel(keyCount: size, in: &arena)
  }

  var count: Int { timers.count }

  mutating func setAll() { reset(UInt64(size)) }

  mutating func cancelAll() {
    for _ in 0..<size { timers.cancel(key: scattered()) }
  }

  mutating func reset(_ count: UInt64) {
    for _ in 0..<count {
      timers.set(key: scattered(), deadline: Instant(nanoseconds: now &+ delays.next()))
    }
  }

  /// What `reset` does beside resetting; the sum, so that it is done.
  mutating func loop(_ count: UInt64) -> UInt64 {
    var sum: UInt64 = 0
    for _ in 0..<count { sum &+= UInt64(truncatingIfNeeded: scattered()) ^ (now &+ delays.next()) }
    return sum
  }

  mutating func expire(_ count: UInt64, isTickless: Bool) {
    var taken: UInt64 = 0
    while taken < count {
      now = isTickless ? timers.nextDeadline.nanoseconds : now &+ Self.coarseStep
      while let key = timers.select(now) {
        timers.set(key: key, deadline: Instant(nanoseconds: now &+ delays.next()))
        taken &+= 1
      }
    }
  }

  @inline(__always)
  private mutating func scattered() -> Int {
    place &+= Self.stride
    if place >= size { place %= size }
    return place
  }
}
