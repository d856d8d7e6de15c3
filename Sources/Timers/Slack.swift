public import Timing

extension Instant {
  /// The roundest of the instants from this one to `slack` later: that with the most zero bits at its end.
  ///
  /// Whoever may wait a little waits for such an instant, and so wakes together with the others that may. Never
  /// earlier, and later by `slack` at most; `never` stays what it is. Complexity: O(1).
  @inline(__always)
  public func rounded(within slack: Duration) -> Instant {
    guard slack != .zero, self != .never, nanoseconds != 0 else { return self }
    let latest = min((self + slack).nanoseconds, .max - 1)
    // Below the highest bit in which the latest and the instant before the earliest differ, any bits do.
    let differing = (nanoseconds &- 1) ^ latest
    let free = (UInt64.max &>> UInt64(truncatingIfNeeded: differing.leadingZeroBitCount)) &>> 1
    return Instant(nanoseconds: latest & ~free)
  }
}
