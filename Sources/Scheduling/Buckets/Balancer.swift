public import Buffers
public import Timing

/// Moves buckets from busy cores to idle ones, one at a time, when an imbalance lasts.
///
/// What counts is time: a bucket's load is its messages times what a message costs on its core, as measured from the
/// core's busy time, so a slow core ends up with fewer messages. A bucket moves only when that leaves the receiver
/// clearly less loaded than the giver was; so one that is hotter than everything else stays, and others move away from
/// its core. Loads are averages over some periods, an overload must last, and after a move there is a pause
/// (`BalancerSettings`): bursts move nothing, and a bucket does not go to and fro.
///
/// The router of messages owns it: it counts each message on its way, and asks once a period. It holds 12
/// bytes a bucket and 56 a core. Integer arithmetic only.
public struct Balancer: ~Copyable {
  /// Messages of each bucket in this period.
  private(set) var counts: Table<UInt32>
  /// Averages of the same in 1/256 of a message.
  var messages: Table<UInt64>
  var cores: Table<CoreLoad>
  public let settings: BalancerSettings
  public private(set) var counters = BalancerCounters()
  /// The move that has been selected and has not ended.
  public private(set) var moving: BucketMove?
  /// Whether a bucket was under way in this period: packing it is no message's cost.
  private var movedInPeriod = false
  private var pauseLeft: UInt32 = 0
  /// The receiver that could take nothing last time: another is tried then.
  var avoidedCore: Int?

  /// Context: boot.
  ///
  /// - Parameters:
  ///   - bucketCount: as in the `BucketMap`.
  ///   - coreCount: as in the `BucketMap`.
  public init(
    _ settings: BalancerSettings = BalancerSettings(), bucketCount: Int = BucketMap.largestBucketCount,
    coreCount: Int,
    in arena: inout Arena
  ) throws(ArenaError) {
    let counts = try Table(repeating: UInt32(0), count: bucketCount, in: &arena)
    let messages = try Table(repeating: UInt64(0), count: bucketCount, in: &arena)
    let cores = try Table(repeating: CoreLoad(), count: coreCount, in: &arena)
    self.counts = counts
    self.messages = messages
    self.cores = cores
    self.settings = settings
  }

  /// Counts a message. Complexity: one increment in a table.
  @inline(__always)
  public mutating func count(bucket: Int) { counts[bucket] &+= 1 }

  /// Ends a period, and decides whether a bucket moves: the caller sends it on its way and says when it has arrived
  /// (`finished`). Nothing is selected until then. Complexity: O(buckets + cores).
  ///
  /// - Parameters:
  ///   - map: who owns the buckets; the caller changes it when it routes the bucket to its new owner.
  ///   - work: what each core says it has done in the period that ends.
  ///   - canTake: whether the core has room for the bucket's state. When a core has none for any bucket that should
  ///     move there, the next period tries another.
  public mutating func select(
    _ map: borrowing BucketMap, work: (_ core: Int) -> CoreWork, canTake: (_ bucket: Int, _ core: Int) -> Bool
  ) -> BucketMove? {
    precondition(map.bucketCount == counts.count && map.coreCount == cores.count, "a map of another size")
    averageMessages()
    if !movedInPeriod { averageCosts(work) }
    weigh(map)
    let receivers = findReceivers()
    markOverloaded(receivers)
    movedInPeriod = moving != nil
    guard moving == nil else { return nil }
    guard pauseLeft == 0 else {
      pauseLeft &-= 1
      return nil
    }
    moving = choose(map, receivers, canTake: canTake)
    movedInPeriod = moving != nil
    return moving
  }

  /// Says that the bucket has arrived, or that it stays after all.
  ///
  /// - Parameter pause: for how long the receiving core applied nothing.
  public mutating func finished(_ move: BucketMove, pause: Duration) {
    precondition(moving == move, "no such move is on its way")
    moving = nil
    pauseLeft = settings.pausePeriods
    counters.record(pause: pause)
  }

  /// Takes the count of a bucket and starts the next period's.
  mutating func takeCount(_ bucket: Int) -> UInt64 {
    defer { counts[bucket] = 0 }
    return UInt64(counts[bucket])
  }
}
