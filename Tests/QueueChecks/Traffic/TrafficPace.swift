import Reactors
import Timing

/// When a producer sends, from a seed: bursts, and pauses from nothing to some microseconds, so that a consumer is met
/// at every point of its way to sleep and back.
struct TrafficPace: Sendable {
  private var state: UInt64
  private let longestBurst: Int
  /// The longest pause is two to this many nanoseconds.
  private let pauseBits: Int

  init(seed: UInt64, longestBurst: Int, pauseBits: Int = 14) {
    state = seed
    self.longestBurst = longestBurst
    self.pauseBits = pauseBits
  }

  /// SplitMix64.
  private mutating func next(below limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int(mixed >> 33) % limit
  }

  /// Messages of the next burst, 1 or more.
  mutating func burst() -> Int { 1 + next(below: longestBurst) }

  /// Goes on after a pause: at once when it is the turn of the others only, else by the clock.
  mutating func pause(_ context: inout CoreContext) -> TaskPoll<Void> {
    let bits = next(below: pauseBits + 4)
    guard bits < pauseBits else { return .ready }
    context.deadline = context.now + .nanoseconds(UInt64(next(below: 2 << bits)))
    return .waiting
  }
}
