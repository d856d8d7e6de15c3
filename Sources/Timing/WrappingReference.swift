/// A counter of known frequency that begins again at zero after each round, made into a time that does not: the rounds
/// between two readings are told by how long the gap must have been about. Context: any.
struct WrappingReference: Sendable {
  /// Counts in a round.
  static let roundCounts: UInt64 = 65_536

  /// Nanoseconds per count, times 2^32.
  private let nanosecondsPerCount: UInt64
  private var lastCount: UInt16

  /// - Parameter count: the counter's reading now, counting up.
  init(frequencyHertz: UInt64, count: UInt16) {
    precondition(frequencyHertz > 0, "a counter that does not count")
    nanosecondsPerCount = scaledQuotient(1_000_000_000, by: frequencyHertz)
    lastCount = count
  }

  /// What one count lasts, rounded up: a reading is late by at most that.
  var resolution: Duration { Duration(nanoseconds: nanosecondsPerCount >> 32 + 1) }

  var round: Duration { duration(ofCounts: Self.roundCounts) }

  /// How long it has been since the last reading.
  ///
  /// - Parameters:
  ///   - count: the reading now.
  ///   - expected: how long it must have been about; what is given is the possible duration closest to it, so it is
  ///     right when this is off by less than half a round.
  mutating func advance(to count: UInt16, expecting expected: Duration) -> Duration {
    let counts = UInt64(count &- lastCount)
    lastCount = count
    let least = duration(ofCounts: counts).nanoseconds
    let (missing, isShort) = expected.nanoseconds.subtractingReportingOverflow(least)
    if isShort { return Duration(nanoseconds: least) }
    let round = self.round.nanoseconds
    return duration(ofCounts: counts &+ (missing &+ round / 2) / round &* Self.roundCounts)
  }

  private func duration(ofCounts counts: UInt64) -> Duration {
    let product = counts.multipliedFullWidth(by: nanosecondsPerCount)
    return Duration(nanoseconds: product.high << 32 | product.low >> 32)
  }
}
