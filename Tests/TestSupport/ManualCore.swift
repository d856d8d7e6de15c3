public import Reactors
public import Timing

/// A core whose time and interrupts are moved by hand. Sleeping moves its time to the armed deadline and marks the
/// timer's source, unless something is marked already.
public struct ManualCore: ReactorCore, ~Copyable {
  /// The clock and the pending word, which a task can reach while the reactor has the core.
  public let machine: ManualMachine
  public let timerSource: Int
  public private(set) var armed = Instant.never
  public private(set) var halts = 0

  public init(timerSource: Int = 0, machine: ManualMachine = ManualMachine()) {
    self.timerSource = timerSource
    self.machine = machine
  }

  public var now: Instant {
    get { machine.now }
    set { machine.now = newValue }
  }

  public var number: Int { 0 }
  public var pendingSources: UInt64 { machine.pendingSources }
  public var interruptedAddress: UInt { machine.interruptedAddress }
  public var maskedSources: UInt64 { machine.maskedSources }

  public mutating func setMask(_ isMasked: Bool, source: Int) {
    machine.setMask(isMasked, source: source)
  }

  /// What a device's interrupt does.
  public mutating func raise(source: Int) { machine.raise(source: source) }

  public mutating func take(source: Int) -> Instant { machine.take(source: source) }

  public mutating func sleep(until deadline: Instant) -> Instant {
    armed = deadline
    halts += 1
    guard machine.pendingSources == 0 else { return now }
    let wake = min(deadline, machine.nextArrival)
    guard wake != .never else { return now }
    machine.now = max(now, wake)
    if deadline <= now { raise(source: timerSource) }
    armed = .never
    return now
  }
}

/// The outside world of a `ManualCore`: its clock, and the interrupts that have come or will come.
public final class ManualMachine {
  /// Moving it on raises the interrupts that come until then.
  public var now: Instant {
    get { time }
    set { moveOn(to: newValue) }
  }

  public private(set) var pendingSources: UInt64 = 0
  /// Sources held back, a bit each: what is raised of these meanwhile is lost, as an edge is.
  public private(set) var maskedSources: UInt64 = 0
  /// Where the next interrupts find the core.
  public var interruptedAddress: UInt = 0
  private var time = Instant(nanoseconds: 1_000)
  private var stamps: [Instant] = Array(repeating: .zero, count: 64)
  private var arrivals: [(time: Instant, source: Int)] = []

  public init() {}

  /// When the next interrupt comes, of those that were planned.
  public var nextArrival: Instant { arrivals.first?.time ?? .never }

  /// Plans an interrupt; of several at the same time the first planned comes first.
  public func plan(source: Int, at time: Instant) {
    let place = arrivals.firstIndex { $0.time > time } ?? arrivals.count
    arrivals.insert((time, source), at: place)
  }

  func setMask(_ isMasked: Bool, source: Int) {
    let bit: UInt64 = 1 << UInt64(source)
    maskedSources = isMasked ? maskedSources | bit : maskedSources & ~bit
  }

  public func raise(source: Int) {
    guard maskedSources & 1 << UInt64(source) == 0 else { return }
    if pendingSources & 1 << UInt64(source) == 0 { stamps[source] = time }
    pendingSources |= 1 << UInt64(source)
  }

  func take(source: Int) -> Instant {
    pendingSources &= ~(1 << UInt64(source))
    return stamps[source]
  }

  private func moveOn(to end: Instant) {
    while let (moment, source) = arrivals.first, moment <= end {
      arrivals.removeFirst()
      time = max(time, moment)
      raise(source: source)
    }
    time = end
  }
}
