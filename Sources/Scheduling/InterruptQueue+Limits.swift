import Buffers
import Streams
public import Timing

/// Interrupt storms: a source that comes more often than its limit allows is throttled.
///
/// In any time of length T a limited source is queued at most `burst` plus T over `interval` times. Its mark beyond
/// that is counted and kept; the source is to be masked, which ends its interrupts at the controller, until
/// `nextRelease`. Then it is queued, of the arrival that it had, and is to be unmasked before it is served, so that
/// what happens at the device is either seen by the service or marks again.
extension InterruptQueue {
  /// How often `source` exceeded its limit.
  public func stormCount(of source: Int) -> UInt64 { sources[source].stormCount }

  /// Queues the throttled sources whose time has come. Complexity: O(1) when there are none, else O(n) of those that
  /// are throttled.
  ///
  /// - Parameter now: the present time.
  /// - Returns: these sources, a bit each: they are to be unmasked.
  @inline(__always)
  public mutating func releaseDue(_ now: Instant) -> UInt64 { now < nextRelease ? 0 : release(now) }

  private mutating func release(_ now: Instant) -> UInt64 {
    var released: UInt64 = 0
    var rest = throttledSources
    nextRelease = .never
    while rest != 0 {
      let source = rest.trailingZeroBitCount
      let due = sources[source].bucket.nextToken
      if due <= now {
        sources[source].bucket.take(at: now)
        released |= rest & (0 &- rest)
        enqueue(source)
      } else {
        nextRelease = min(nextRelease, due)
      }
      rest &= rest &- 1
    }
    throttledSources &= ~released
    return released
  }

  /// Takes a token of a source that has a limit; throttles it when there is none.
  mutating func takeToken(_ source: Int, at now: Instant) -> Bool {
    let due = sources[source].bucket.nextToken
    guard now < due else {
      sources[source].bucket.take(at: now)
      return true
    }
    sources[source].stormCount &+= 1
    throttledSources |= 1 &<< UInt64(truncatingIfNeeded: source)
    nextRelease = min(nextRelease, due)
    return false
  }
}
