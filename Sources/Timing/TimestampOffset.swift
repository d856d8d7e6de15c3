/// How far another core's time stamp counter is ahead of this one's, from exchanges with it: this core reads its
/// counter, the other one its own, this one again. All exchanges together bound the offset. Context: boot.
///
/// Counters of one machine are most often equal, so when no exchange speaks against an offset of zero it is taken: what
/// one core has seen of another is then never before it by its clock. Else the middle of what is possible is taken.
public struct TimestampOffset: Sendable {
  /// The least and the largest possible offset, signed; all that an exchange allows lies between the two.
  private var least = Int64.min
  private var largest = Int64.max

  public init() {}

  /// Cycles to add to this core's counter to get the other's, modulo 2^64: what `ClockLine.shifted(by:)` takes. Zero
  /// before the first exchange.
  public var cycles: UInt64 {
    if least <= 0 && largest >= 0 { return 0 }
    return UInt64(bitPattern: least &+ Int64(bitPattern: width / 2))
  }

  /// How far that may be off: two clocks that share a line differ by no more than this and the counters' own drift.
  /// `max` before the first exchange.
  public var uncertainty: UInt64 {
    if largest == .max { return .max }
    if least <= 0 && largest >= 0 { return max(least.magnitude, largest.magnitude) }
    return width / 2 &+ width % 2
  }

  private var width: UInt64 { UInt64(bitPattern: largest &- least) }

  /// Takes an exchange: the other core read `remote` between this core's `earliest` and `latest`. One that contradicts
  /// those before, which counters that run alike cannot give, is not used.
  public mutating func add(earliest: UInt64, remote: UInt64, latest: UInt64) {
    let newLeast = max(least, Int64(bitPattern: remote &- latest))
    let newLargest = min(largest, Int64(bitPattern: remote &- earliest))
    guard newLeast <= newLargest else { return }
    (least, largest) = (newLeast, newLargest)
  }
}
