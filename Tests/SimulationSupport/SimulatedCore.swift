public import Reactors
public import Timing

/// A core in virtual time: sleeping is noted, and whoever owns the time decides what comes next.
public struct SimulatedCore: ReactorCore, ~Copyable {
  /// The lines that interrupts come by; devices hold it too.
  public final class Wires {
    public internal(set) var pending: UInt64 = 0
    /// When the timer goes off.
    public internal(set) var armed = Instant.never
    public internal(set) var halts = 0
    fileprivate var stamps = [Instant](repeating: .zero, count: 64)
    fileprivate let time: VirtualTime

    init(_ time: VirtualTime) { self.time = time }

    /// What a device's interrupt does.
    public func raise(source: Int) {
      if pending & 1 << UInt64(source) == 0 { stamps[source] = time.now }
      pending |= 1 << UInt64(source)
    }

    /// Lets the timer go off if it is time.
    func raiseTimerIfDue(source: Int) {
      guard armed <= time.now else { return }
      armed = .never
      raise(source: source)
    }
  }

  public let wires: Wires
  private let time: VirtualTime

  public init(_ time: VirtualTime) {
    self.time = time
    wires = Wires(time)
  }

  public var number: Int { 0 }
  public var now: Instant { time.now }
  public var pendingSources: UInt64 { wires.pending }

  public mutating func take(source: Int) -> Instant {
    wires.pending &= ~(1 << UInt64(source))
    return wires.stamps[source]
  }

  public mutating func sleep(until deadline: Instant) -> Instant {
    wires.armed = deadline
    wires.halts += 1
    return time.now
  }
}
