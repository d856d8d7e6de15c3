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
    in memory: TestArena, hooks: (_ shard: Int) -> ShardHooks = { _ in ShardHooks(order: .spin, sessions: .spin) }
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

/// A core of a `SpreadMachine`, with its own reactor. One turn is one poll.
final class SpreadCore {
  let wires: SimulatedCore.Wires
  var reactor: Reactor<SimulatedCore, PriorityLevels>
  private let time: VirtualTime

  init(_ time: VirtualTime, in memory: TestArena) throws {
    let core = SimulatedCore(time)
    wires = core.wires
    self.time = time
    reactor = try Reactor(
      core: core, limits: ReactorLimits(taskCount: 4, pollsPerTurn: 1), in: &memory.arena)
    reactor.connect(source: 0, priority: 0, to: nil)
  }

  /// Polls one task, if any is ready. False when none was.
  @discardableResult
  func turn() -> Bool {
    if wires.armed <= time.now { wires.raise(source: 0) }
    reactor.readClock()
    return !reactor.turn()
  }

  func spawn(_ name: StaticString, level: UInt8, _ work: @escaping (inout CoreContext) -> TaskStatus) -> TaskID {
    let task = reactor.spawn(SpreadTask(work: work), name, TaskAttributes(level: level)).id()
    guard let task else { preconditionFailure("no room for a task") }
    return task
  }

  /// Marks `source`. The core must outlive the queue.
  func wakeHook(source: Int) -> WakeHook {
    // SAFETY: the machine keeps its cores as long as its queues; a source is below 64.
    let address = unsafe UInt(bitPattern: Unmanaged.passUnretained(wires).toOpaque())
    return WakeHook(context: address << 6 | UInt(source)) { context in
      let wires = unsafe Unmanaged<SimulatedCore.Wires>.fromOpaque(
        UnsafeRawPointer(bitPattern: context >> 6)!)
      unsafe wires.takeUnretainedValue().raise(source: Int(context & 63))
    }
  }
}

struct SpreadTask: Schedulable {
  let work: (inout CoreContext) -> TaskStatus

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { TaskPoll(work(&context)) }

  static var functions: TaskFunctions<SpreadTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// An order node whose orders are on order cores, each core polled when the test says so, all in virtual time.
final class SpreadMachine {
  typealias Node = OrderNode<FakeLink, RecordingJournal, SpreadEngine>
  static let diskSource = 1
  static let networkSource = 2
  static let ordersSource = 3

  let size: SpreadSize
  let time: VirtualTime
  let link: FakeLink
  let journal = RecordingJournal()
  let node: Resident<Node>
  let shards: [Resident<OrderShard>]
  /// The sessions core first.
  let cores: [SpreadCore]
  private let memory: TestArena

  init(_ size: SpreadSize = SpreadSize(), time: VirtualTime = VirtualTime()) throws {
    self.size = size
    self.time = time
    memory = size.makeMemory()
    let memory = memory
    let cores = try (0...size.shardCount).map { _ in try SpreadCore(time, in: memory) }
    self.cores = cores
    link = try FakeLink(receivePlaceCount: size.receivePlaces)
    var venue = try size.makeVenue(in: memory) { index in
      ShardHooks(
        order: .wake(cores[index + 1].wakeHook(source: Self.ordersSource)),
        sessions: .wake(cores[0].wakeHook(source: Self.ordersSource)))
    }
    shards = try (0..<size.shardCount).map { try Resident(venue.takeShard($0), in: &memory.arena) }
    node = try Resident(
      Node(
        frames: link, network: Self.makeNetwork(in: memory), venue: venue, journal: journal,
        timeOfDay: TimeOfDay(secondsSinceMidnight: 36_000, at: time.now, last: nil), in: &memory.arena),
      in: &memory.arena)
    connect()
  }

  static func makeNetwork(in memory: TestArena) throws -> NetworkStack {
    let node = OuchHost.node
    let configuration = NetworkConfiguration(
      hardware: MACAddress(
        node.station[0], node.station[1], node.station[2], node.station[3], node.station[4], node.station[5]),
      address: IPv4Address(node.address[0], node.address[1], node.address[2], node.address[3]),
      prefixBitCount: 24, gateway: IPv4Address(10, 0, 2, 2))
    return try NetworkStack(configuration!, in: &memory.arena)
  }

  private func connect() {
    let network = cores[0].spawn("network", level: 1) { [node] context in
      node.use { $0.pollNetwork(&context) }
    }
    let journalTask = cores[0].spawn("journal", level: 0) { [node] context in
      node.use { $0.pollJournal(&context, networkTask: network) }
    }
    cores[0].reactor.connect(source: Self.diskSource, priority: 0, to: journalTask)
    cores[0].reactor.connect(source: Self.networkSource, priority: 1, to: network)
    cores[0].reactor.connect(source: Self.ordersSource, priority: 1, to: network)
    link.onInterrupt = { [wires = cores[0].wires] in wires.raise(source: Self.networkSource) }
    journal.onInterrupt = { [wires = cores[0].wires] in wires.raise(source: Self.diskSource) }
    for (index, shard) in shards.enumerated() {
      let core = cores[index + 1]
      let task = core.spawn("orders", level: 0) { context in shard.use { $0.poll(&context) } }
      core.reactor.connect(source: Self.ordersSource, priority: 0, to: task)
    }
  }

  // MARK: - Time

  /// Called before each round of `settle`.
  var beforeRound: (() -> Void)?

  /// Lets all cores but those named go on, and the disk write, until nothing is left to do. False when that never comes.
  @discardableResult
  func settle(without hanging: Set<Int> = [], writes: Bool = true) -> Bool {
    var quietRounds = 0
    for _ in 0..<5_000 {
      var isBusy = false
      beforeRound?()
      for (index, core) in cores.enumerated() where !hanging.contains(index) {
        while core.turn() { isBusy = true }
      }
      if writes { journal.write() }
      let isPending = cores.enumerated().contains { !hanging.contains($0) && $1.wires.pending != 0 }
      quietRounds = isBusy || isPending ? 0 : quietRounds + 1
      if quietRounds > 0 { time.advance(to: time.now + .microseconds(20)) }
      if quietRounds == 3 { return true }
    }
    return false
  }

  /// Lets the node learn the hosts' stations.
  func introduce(_ hosts: OuchHost...) { introduce(hosts) }

  func introduce(_ hosts: [OuchHost]) {
    for host in hosts { link.deliver(host.arpRequest) }
    settle()
    precondition(link.takeSent().count == hosts.count, "a host's question was not answered")
  }

  /// Delivers frames one at a time, lets everything settle after each, and gives back what is sent.
  func exchange(_ frames: [UInt8]...) -> [[UInt8]] {
    for frame in frames {
      link.deliver(frame)
      settle()
    }
    return link.takeSent()
  }

  var timestamp: UInt64 { node.value.timeOfDay.nanosecondsSinceMidnight(at: time.now) }

  /// Begins the move of a group of buckets. False when there is one under way, or no room for its orders.
  @discardableResult
  func move(_ group: Int, to shard: Int) -> Bool {
    node.use { node in
      let owner = node.venue.engine.map.owner(of: group)
      guard !node.venue.engine.isMoving, owner != shard,
        node.venue.engine.orderCount(inGroup: group) + node.venue.engine.orderCount(ofShard: shard)
          <= node.venue.engine.limits.orders
      else { return false }
      node.venue.engine.begin(BucketMove(bucket: group, from: owner, to: shard), time.now)
      return true
    }
  }
}
