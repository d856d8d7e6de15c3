import Buffers

/// What several pairs of queues are to be like.
struct PairsPlan {
  var count: Int
  let queueSizeLimit: UInt16
  let firstRingIndex: UInt16
}

/// A network device that has agreed on several pairs of queues, and has no frames yet.
struct PairsStart: ~Copyable {
  /// What there is of each pair but the first.
  struct Tables: ~Copyable {
    var transmit: Table<Virtqueue<Frame>?>
    var receive: Table<Virtqueue<Frame>?>
    var links: Table<ReceiverLink?>

    /// Empty tables for `count` pairs.
    init(count: Int, in arena: inout Arena) throws(ArenaError) {
      let transmit = try Table<Virtqueue<Frame>?>(count: count, in: &arena) { _ in nil }
      let receive = try Table<Virtqueue<Frame>?>(count: count, in: &arena) { _ in nil }
      let links = try Table<ReceiverLink?>(count: count, in: &arena) { _ in nil }
      self.transmit = transmit
      self.receive = receive
      self.links = links
    }
  }

  let configuration: NetworkConfiguration
  var receiveQueue: Virtqueue<Frame>
  var transmitQueue: Virtqueue<Frame>
  var tables: Tables
  var pool: FramePool
  let pairCount: Int
  private var commands: CommandQueue

  /// Agrees with the device on several pairs. Throws when it has only one, or interrupts for only one; or when anything
  /// goes wrong: it can still be used with one pair then.
  init<Transport: VirtioTransport & ~Copyable>(
    _ transport: inout Transport, _ plan: PairsPlan, in arena: inout Arena
  ) throws(VirtioError) {
    guard plan.count > 1 else { throw .queueUnavailable }
    typealias Device = NetworkDevice<Transport>
    let configuration = try Device.negotiate(&transport, wantsPairs: true)
    let count = Self.usableCount(transport, min(plan.count, configuration.pairLimit))
    guard count > 1 else { throw .queueUnavailable }
    let limit = plan.queueSizeLimit
    let receiveQueue = try Device.queue(0, of: transport, limit: limit, in: &arena)
    let transmitQueue = try Device.queue(1, of: transport, limit: limit, in: &arena)
    var tables = try carving { () throws(ArenaError) in try Tables(count: count - 1, in: &arena) }
    var frameCount = Int(receiveQueue.slotCount) + Int(transmitQueue.slotCount) + Device.spareFrameCount
    for index in 0..<count - 1 {
      tables.receive[index] = try Device.queue(2 * index + 2, of: transport, limit: limit, in: &arena)
      let queue = try Device.queue(2 * index + 3, of: transport, limit: limit, in: &arena)
      frameCount += Int(queue.slotCount)
      tables.transmit[index] = consume queue
    }
    precondition(frameCount <= FramePool.numberedCapacity, "8 pairs of queues have room for 512 frames each")
    let pool = try carving { () throws(ArenaError) in try FramePool(count: frameCount, in: &arena) }
    let commands = try CommandQueue(number: 2 * configuration.pairLimit, of: transport, in: &arena)
    self.configuration = configuration
    self.receiveQueue = receiveQueue
    self.transmitQueue = transmitQueue
    self.tables = tables
    self.pool = pool
    self.commands = commands
    pairCount = count
  }

  /// How many pairs have interrupts of their own, of `count`.
  private static func usableCount(_ transport: borrowing some VirtioTransport & ~Copyable, _ count: Int)
    -> Int
  {
    var count = count
    while count > 1 && !transport.hasOwnInterrupt(ofQueue: 2 * count - 1) { count -= 1 }
    return count
  }

  /// Shows the device its queues, all of them empty, starts it, and tells it how many pairs to use.
  mutating func start(
    _ transport: inout some VirtioTransport & ~Copyable, firstRingIndex index: UInt16
  ) throws(VirtioError) {
    let usesEventIndex = configuration.features.contains(.eventIndex)
    receiveQueue.restart(usesEventIndex: usesEventIndex, startingAt: index)
    transmitQueue.restart(usesEventIndex: usesEventIndex, startingAt: index)
    try transport.enable(receiveQueue)
    try transport.enable(transmitQueue)
    for pair in 0..<tables.receive.count {
      tables.receive[pair]!.restart(usesEventIndex: usesEventIndex, startingAt: index)
      tables.transmit[pair]!.restart(usesEventIndex: usesEventIndex, startingAt: index)
      try transport.enable(tables.receive[pair]!)
      try transport.enable(tables.transmit[pair]!)
    }
    try commands.enable(&transport, usesEventIndex: usesEventIndex, startingAt: index)
    transport.finish()
    try commands.usePairs(pairCount, &transport)
  }
}
