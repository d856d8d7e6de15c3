public import Reactors
public import Timing

/// A core whose time and interrupts are moved by hand. Sleeping moves its time to the armed deadline and marks the
/// timer's source, unless something is marked already.
public struct ManualCore: ReactorCore, ~Copyable {
  public var now = Instant(nanoseconds: 1_000)
  public var pendingSources: UInt64 = 0
  public let timerSource: Int
  public private(set) var armed = Instant.never
  public private(set) var halts = 0
  private var stamps: [Instant] = Array(repeating: .zero, count: 64)

  public init(timerSource: Int = 0) { self.timerSource = timerSource }

  /// What a device's interrupt does.
  public mutating func raise(source: Int) {
    if pendingSources & 1 << UInt64(source) == 0 { stamps[source] = now }
    pendingSources |= 1 << UInt64(source)
  }

  public mutating func take(source: Int) -> Instant {
    pendingSources &= ~(1 << UInt64(source))
    return stamps[source]
  }

  public mutating func sleep(until deadline: Instant) -> Duration {
    armed = deadline
    halts += 1
    guard pendingSources == 0, armed != .never else { return .zero }
    let before = now
    now = max(now, armed)
    raise(source: timerSource)
    armed = .never
    return now.since(before)
  }
}
