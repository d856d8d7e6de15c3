/// How far another core's time stamp counter is ahead of this one's, from exchanges with it: this core reads its
/// counter, the other one its own, this one again. The tightest exchange counts. Context: boot.
public struct TimestampOffset: Sendable {
  /// Cycles to add to this core's counter to get the other's, modulo 2^64: what `ClockLine.shifted(by:)` takes.
  public private(set) var cycles: UInt64 = 0
  /// How far that may be off: two clocks that share a line differ by no more than this and the counters' own drift.
  /// `max` before the first exchange.
  public private(set) var uncertainty: UInt64 = .max

  public init() {}

  /// Takes an exchange: the other core read `remote` between this core's `earliest` and `latest`.
  public mutating func add(earliest: UInt64, remote: UInt64, latest: UInt64) {
    let width = latest &- earliest
    guard width / 2 < uncertainty else { return }
    uncertainty = width / 2 &+ width % 2
    cycles = remote &- (earliest &+ width / 2)
  }
}
