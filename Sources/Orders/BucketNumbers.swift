/// Which numbers the next order and the next match of one bucket get: `n << 8 | bucket`, n counted from 1.
///
/// They do not depend on how the buckets are spread over engines. Numbers of one bucket rise; 2^56 of them do not run
/// out.
struct BucketNumbers: BitwiseCopyable {
  /// 0 in an engine that gave the bucket away.
  private(set) var nextOrder: UInt64
  private(set) var nextMatch: UInt64

  /// Nothing was counted yet.
  init(of bucket: UInt8) {
    nextOrder = Self.step | UInt64(bucket)
    nextMatch = nextOrder
  }

  private init(nextOrder: UInt64, nextMatch: UInt64) {
    self.nextOrder = nextOrder
    self.nextMatch = nextMatch
  }

  private static var step: UInt64 { 256 }

  /// The numbers of a bucket that is in another engine.
  static var givenAway: BucketNumbers { BucketNumbers(nextOrder: 0, nextMatch: 0) }

  var isGivenAway: Bool { nextOrder == 0 }
  var hasCounted: Bool { nextOrder >= 2 * Self.step }

  /// The bucket must be in this engine, which the router sees to.
  @inline(__always) mutating func takeOrder() -> UInt64 {
    let number = nextOrder
    nextOrder = number &+ Self.step
    return number
  }

  /// The caller has taken an order number of the bucket in the same turn.
  @inline(__always) mutating func takeMatch() -> UInt64 {
    let number = nextMatch
    nextMatch = number &+ Self.step
    return number
  }
}
