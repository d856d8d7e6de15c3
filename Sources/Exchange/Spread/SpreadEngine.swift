public import Buffers
public import Orders
import Queues
import Scheduling
import Timing

/// An engine whose orders are spread over order cores, by the buckets of their symbols. The sessions core's part of
/// it: it sends each message to the core that owns its bucket, and takes what came of it in an order that a journal
/// can have.
///
/// **What makes it right.** Messages of different buckets commute, but for what a client's messages do to each other.
/// So the order in which outcomes are taken here, which is the journal's, need only keep that of each order core and
/// that of each client; a replay in that order, on whatever cores, comes to the same books and the same answers. What
/// depends on an outcome that is not known yet has to wait (`Submission.mustWait`).
///
/// **Priorities.** A message is sent in its own class only when its client has nothing else under way, and behind all
/// others otherwise: so it never overtakes one of its own client, and no two order cores can wait for each other.
///
/// Nothing here is shared but the links. Before `takeShard` has given the shards to their cores, messages of the
/// journal are applied to them here.
public struct SpreadEngine: VenueEngine, ~Copyable {
  /// The order cores' shards, until they are taken.
  var shards: Table<OrderShard?>
  var links: Table<ShardLinks>
  var map: BucketMap
  var balancer: Balancer
  var directory: OrderDirectory
  var flows: Table<ClientFlow>
  var underway: UnderwayTable
  let settings: SpreadSettings
  let limits: OrderLimits
  /// The buckets that are on their way to another core.
  var move: BucketMove?
  var moveStart = Instant(nanoseconds: 0)
  /// The time as of the last poll, while a move is on its way.
  var moveNow = Instant(nanoseconds: 0)
  /// Whether all that the old owner of a moving bucket has done with it is merged.
  var isReleased = false
  /// How long the new owner stood still, when it has said so.
  var pause = Duration.zero
  /// Orders that have changed their core.
  var movedOrderCount: UInt64 = 0
  /// The longest time from the decision until the new owner had all: so long messages of the bucket may have waited.
  var longestMove = Duration.zero
  /// Answers by their type byte, and what else happened since boot: queries, messages ignored here or there, and what
  /// the shards counted before they were taken.
  var answersByType: Table<UInt64>
  var counted = OrderCounters()
  public internal(set) var underwayCount = 0
  /// Where the order is that made its client known and was lost with a core that hangs.
  var lostNewcomer: Int?
  /// Messages that were sent to a core that hangs, or would have been.
  public internal(set) var unreachableCount: UInt64 = 0
  /// The shard whose reports are taken next, and how many of its messages are.
  var turn = 0
  var turnLeft: UInt32 = 0
  /// Whether reports of that shard's present message were taken, but not the last one.
  var isInMessage = false
  /// Whether the shards are still here.
  var isReplaying: Bool { !isSpread }
  private(set) var isSpread = false

  /// Makes an engine with a shard for each order core. Context: boot.
  ///
  /// - Parameters:
  ///   - limits: of each shard.
  ///   - makeShard: makes the shard with that index, in the memory that its core is to use.
  public init(
    _ settings: SpreadSettings, shardCount: Int, limits: OrderLimits, hashSeed: UInt64, in arena: inout Arena,
    makeShard: (_ index: Int) throws(ArenaError) -> ConnectedShard
  ) throws(ArenaError) {
    precondition(shardCount > 0 && shardCount <= BucketMap.largestCoreCount, "1 to 64 order cores")
    precondition(
      settings.underwayCount <= SpreadSettings.mostUnderway, "a link holds all that can be under way")
    var shards: Table<OrderShard?> = try Table(count: shardCount, in: &arena) { _ in nil }
    var ends: Table<ShardLinks?> = try Table(count: shardCount, in: &arena) { _ in nil }
    for index in 0..<shardCount {
      let connected = try makeShard(index)
      let shard = connected.shard
      let link = connected.links
      shards[index] = consume shard
      ends[index] = consume link
    }
    let links = try Table(count: shardCount, in: &arena) { ends[$0].take()! }
    let map = try BucketMap(bucketCount: settings.groupCount, coreCount: shardCount, in: &arena)
    let balancer = try Balancer(
      settings.balancer, bucketCount: settings.groupCount, coreCount: shardCount, in: &arena)
    let directory = try OrderDirectory(
      capacity: shardCount * limits.orders + settings.underwayCount, seed: hashSeed, in: &arena)
    let flows = try Table(repeating: ClientFlow(), count: limits.clients, in: &arena)
    let underway = try UnderwayTable(count: settings.underwayCount, in: &arena)
    let answersByType = try Table(repeating: UInt64(0), count: 256, in: &arena)
    self.links = links
    self.shards = shards
    self.map = map
    self.balancer = balancer
    self.directory = directory
    self.flows = flows
    self.underway = underway
    self.answersByType = answersByType
    self.settings = settings
    self.limits = limits
  }

  @inline(__always)
  public var hasRoom: Bool { underway.freeCount > 0 && !isInMessage }

  @inline(__always) public static var isSpread: Bool { true }

  /// How many order cores there are.
  public var shardCount: Int { links.count }

  /// Gives the shard with that index away, to its core: when the journal has been replayed, and before any message is
  /// submitted. Context: boot.
  public mutating func takeShard(_ index: Int) -> OrderShard {
    isSpread = true
    guard let shard = shards[index].take() else { preconditionFailure("the shard was taken before") }
    directory.note(shard.engine)
    counted.add(shard.engine.counters)
    return shard
  }
}
