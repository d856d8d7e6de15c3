/// What a balancer knows of one core.
struct CoreLoad: BitwiseCopyable {
  /// Averages of a period, in 1/256 of a message and of a nanosecond. They stay while the core has no messages: what
  /// a message costs there is not forgotten.
  var messages: UInt64 = 0
  var busy: UInt64 = 0
  /// What a message costs here, in 1/16 of a nanosecond.
  var cost: UInt64 = 0
  /// Nanoseconds a period that its buckets take.
  var load: UInt64 = 0
  /// The bucket that takes the most of them, and how many.
  var largestBucket = 0
  var largestLoad: UInt64 = 0
  /// For how many periods in a row it has been overloaded.
  var overloadedPeriods: UInt32 = 0

  /// The highest cost that is reckoned with, half a millisecond: so that no sum of loads overflows.
  static var highestCost: UInt64 { 1 << 23 }
  /// The most messages of a bucket in a period that are reckoned with, in 1/256.
  static var mostMessages: UInt64 { 1 << 32 }

  /// Nanoseconds a period that a bucket of so many messages, in 1/256, would take here.
  @inline(__always)
  func load(ofMessages messages: UInt64) -> UInt64 {
    (min(messages, Self.mostMessages) &* cost) &>> 12
  }
}
