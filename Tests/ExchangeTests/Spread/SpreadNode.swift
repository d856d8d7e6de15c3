import Buffers
@testable import Exchange
import Networking
import Orders
import Queues
import Reactors
import Scheduling
import Sessions
import SimulationSupport
import TestSupport
import Timing
import Wire

/// An order node whose orders are on order cores, without the cores: who polls it, and the shards, is another matter.
class SpreadNode {
  typealias Node = OrderNode<FakeLink, RecordingJournal, SpreadEngine>
  let size: SpreadSize
  let link: FakeLink
  let journal = RecordingJournal()
  let node: Resident<Node>
  let shards: [Resident<OrderShard>]
  let memory: TestArena

  init(
    _ size: SpreadSize, at now: Instant, in memory: TestArena, hooks: (_ shard: Int) -> ShardHooks
  ) throws {
    self.size = size
    self.memory = memory
    link = try FakeLink(receivePlaceCount: size.receivePlaces)
    var venue = try size.makeVenue(in: memory, hooks: hooks)
    shards = try (0..<size.shardCount).map { try Resident(venue.takeShard($0), in: &memory.arena) }
    node = try Resident(
      Node(
        frames: link, network: Self.makeNetwork(in: memory), venue: venue, journal: journal,
        timeOfDay: TimeOfDay(secondsSinceMidnight: 36_000, at: now, last: nil), in: &memory.arena),
      in: &memory.arena)
  }

  private static func makeNetwork(in memory: TestArena) throws -> NetworkStack {
    let node = OuchHost.node
    let configuration = NetworkConfiguration(
      hardware: MACAddress(
        node.station[0], node.station[1], node.station[2], node.station[3], node.station[4], node.station[5]),
      address: IPv4Address(node.address[0], node.address[1], node.address[2], node.address[3]),
      prefixBitCount: 24, gateway: IPv4Address(10, 0, 2, 2))
    return try NetworkStack(configuration!, in: &memory.arena)
  }

  /// Begins the move of a group of buckets. False when there is one under way, or no room for its orders.
  @discardableResult
  func move(_ group: Int, to shard: Int, at now: Instant) -> Bool {
    node.use { node in
      let owner = node.venue.engine.map.owner(of: group)
      guard node.venue.engine.move == nil, owner != shard,
        node.venue.engine.orderCount(inGroup: group) + node.venue.engine.orderCount(ofShard: shard)
          <= node.venue.engine.limits.orders
      else { return false }
      node.venue.engine.begin(BucketMove(bucket: group, from: owner, to: shard), now)
      return true
    }
  }
}
