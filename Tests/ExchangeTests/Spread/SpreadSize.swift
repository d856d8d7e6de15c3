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

/// How large a machine with order cores is.
struct SpreadSize {
  var shardCount = 3
  /// Of each shard.
  var orders = 256
  var messagesPerClient = 512
  var settings = SpreadSettings()
  var receivePlaces = 64

  var orderLimits: OrderLimits { OrderLimits(orders: orders, symbols: orders) }
  var clientLimits: ClientLimits { ClientLimits(messagesPerClient: messagesPerClient) }

  func makeMemory() -> TestArena {
    TestArena(
      byteCount: shardCount * (orderLimits.byteCount + (2 << 20)) + clientLimits.byteCount
        + shardCount * orders * 64 + (2 << 20))
  }

  /// A venue whose shards are still in it.
  func makeVenue(
    in memory: TestArena,
    hooks: (_ shard: Int) -> ShardHooks = { _ in ShardHooks(order: .spin, sessions: .spin) }
  ) throws -> OrderVenue<SpreadEngine> {
    var connected: [ConnectedShardBox] = []
    for index in 0..<shardCount {
      connected.append(
        ConnectedShardBox(
          try ConnectedShard(
            orderLimits, hashSeed: 7, settings: settings, hooks: hooks(index), in: &memory.arena)))
    }
    let engine = try SpreadEngine(
      settings, shardCount: shardCount, limits: orderLimits, hashSeed: 42, in: &memory.arena
    ) { index throws(ArenaError) in connected[index].take() }
    return try OrderVenue(engine: engine, clients: clientLimits, in: &memory.arena)
  }
}

/// In an array, which holds no noncopyable values.
final class ConnectedShardBox {
  private var shard: ConnectedShard?
  init(_ shard: consuming ConnectedShard) { self.shard = consume shard }
  func take() -> ConnectedShard { shard.take()! }
}
