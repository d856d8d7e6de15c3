import Buffers
@testable import Exchange
import Networking
@testable import Orders
import Sessions
import Reactors
import Scheduling
import SimulationSupport
import TestSupport
import Timing
import Tracing

/// Random datagrams to a machine whose cores are polled at random moments, with buckets moved and disk writes finished
/// at random moments too; all from one seed.
///
/// What must hold in the end: a replay of the journal, on one core or on another number of them, gives the same streams,
/// books and clients; each client's messages were applied in its order, and what was not applied had no effect anyway.
final class SpreadCampaign {
  /// Ways to be wrong on purpose, so that the checks are seen to find it.
  enum Mistake {
    case none
    /// Outcomes are taken as they come, whatever came before them from the same client.
    case ignoresClientOrder
    /// A bucket's move loses an order.
    case losesPart
    /// The sessions core forgets where an order is.
    case forgetsOrder
    /// An entry is not journaled.
    case losesEntry
  }

  let seed: UInt64
  let machine: SpreadMachine
  private(set) var complaints: [String] = []
  private let mistake: Mistake
  private var random: SeededRandom
  private var flow: SpreadFlow
  /// What each name has sent and the node has got, in order.
  private var sent: [String: [[UInt8]]] = [:]
  /// What each name was told unasked.
  private var told: [String: [[UInt8]]] = [:]
  /// A core that makes no progress any more.
  private var hanging: Int?
  /// What it came to.
  private(set) var moveCount = 0
  private(set) var packetCount = 0

  init(seed: UInt64, shardCount: Int? = nil, mistake: Mistake = .none) throws {
    self.seed = seed
    self.mistake = mistake
    random = SeededRandom(seed: seed)
    flow = SpreadFlow(seed: seed &* 31)
    var size = SpreadSize()
    size.shardCount = shardCount ?? Int.random(in: 1...8, using: &random)
    // Few order places, so that orders are rejected for room.
    size.orders = [16, 24, 64, 256].randomElement(using: &random)!
    size.settings.groupCount = [16, 64, 256].randomElement(using: &random)!
    size.settings.underwayCount = [2, 9, 40, 1_000].randomElement(using: &random)!
    size.settings.hasPriorities = Int.random(in: 0..<4, using: &random) > 0
    size.settings.isBalanced = false
    flow.symbolCount = [2, 12, 40].randomElement(using: &random)!
    flow.strangers = [0, 4, 30].randomElement(using: &random)!
    machine = try SpreadMachine(size)
    machine.journal.mostGathered = [1, 8, 1_000_000].randomElement(using: &random)!
  }

  func run(steps: Int = 700) {
    machine.introduce(SpreadFlow.hosts)
    machine.link.onSend = { [unowned self] in hear($0) }
    if mistake == .ignoresClientOrder { machine.beforeRound = { [unowned machine] in machine.forgetClientOrder() } }
    let pace = Int.random(in: 5...45, using: &random)
    for _ in 0..<steps {
      machine.beforeRound?()
      step(pace)
    }
    finish()
  }

  private func step(_ pace: Int) {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<pace: send()
    case 90..<93: machine.journal.write()
    case 93..<96: machine.time.advance(to: machine.time.now + .nanoseconds(UInt64.random(in: 1...30_000, using: &random)))
    case 96: moveSome()
    default: machine.cores.randomElement(using: &random)!.turn()
    }
  }

  private func complain(_ complaint: String) {
    complaints.append("seed \(seed), \(machine.size.shardCount) shards: \(complaint)")
  }

  // MARK: - What happens

  private func send() {
    let packet = flow.next()
    let overflows = machine.link.overflowCount
    machine.link.deliver(packet.frame)
    guard machine.link.overflowCount == overflows else { return }
    packetCount += 1
    sent[packet.name.padded, default: []] += packet.messages
  }

  private func moveSome() {
    let shards = machine.size.shardCount
    guard shards > 1 else { return }
    let group = Int.random(in: 0..<machine.size.settings.groupCount, using: &random)
    if machine.move(group, to: Int.random(in: 0..<shards, using: &random)) { moveCount += 1 }
  }

  private func hear(_ frame: [UInt8]) {
    guard let packet = OuchPacket(frame) else { return }
    told[packet.name, default: []] += packet.messages
  }

  private func finish() {
    if !machine.settle() { complain("the machine does not come to rest") }
    switch mistake {
    case .losesPart: if !machine.loseOrder() { complain("there is no order to lose") }
    case .forgetsOrder: if !machine.forgetOrder() { complain("there is no order to forget") }
    default: break
    }
    check()
  }

  // MARK: - What must hold

  private func check() {
    checkRest()
    do {
      let size = NodeSize(orders: 4_096)
      let memory = size.makeVenueMemory()
      var venue = try size.makeVenue(in: memory, messagesPerClient: machine.size.messagesPerClient)
      checkReplay(&venue)
      checkSame(venue)
      try checkOtherSpread(digest: venue.stateDigest)
    } catch { complain("no memory for a replay: \(error)") }
  }

  private func checkRest() {
    let node = machine.node
    if node.value.venue.engine.underwayCount != 0 {
      complain("\(node.value.venue.engine.underwayCount) messages are under way for ever")
    }
    if node.value.held != nil { complain("a datagram waits for ever") }
    if machine.link.waitingFrameCount > 0 { complain("frames wait for ever") }
    if !machine.link.isBalanced { complain("frames are missing") }
    if node.value.venue.engine.isMoving { complain("a move does not end") }
    if let fault = machine.directoryFault { complain(fault) }
    if machine.journal.crampedCount > 0 { complain("the journal had no room") }
  }

  private var entries: [RecordingJournal.Entry] {
    var entries = machine.journal.entries
    if mistake == .losesEntry, !entries.isEmpty { entries.remove(at: entries.count / 2) }
    return entries
  }

  /// Replays the journal, and looks at each message that is not in it just before its client's next one that is.
  private func checkReplay(_ venue: inout LocalVenue) {
    var pending = sent.mapValues { $0[...] }
    for (index, entry) in entries.enumerated() {
      let name = entry.client.text
      guard let place = pending[name]?.firstIndex(of: entry.message) else {
        complain("entry \(index) of \(name) was not sent, or not in this order")
        return
      }
      checkIgnored(pending[name]!.prefix(upTo: place), entry, &venue)
      pending[name] = pending[name]!.suffix(from: place + 1)
      if venue.replay([entry]) != nil { return complain("entry \(index) of \(name) cannot be replayed") }
    }
    for (name, messages) in pending {
      let last = RecordingJournal.Entry(kind: .applied, client: ClientName(name), time: 0, message: [])
      checkIgnored(messages, last, &venue)
    }
  }

  private func checkIgnored(
    _ messages: ArraySlice<[UInt8]>, _ next: RecordingJournal.Entry, _ venue: inout LocalVenue
  ) {
    guard hanging == nil else { return }
    for message in messages {
      let entry = RecordingJournal.Entry(kind: .applied, client: next.client, time: next.time, message: message)
      guard let decoded = entry.decoded, venue.replay(decoded, number: 0) else { continue }
      complain("a message of \(next.client.text) was not applied: \(String(decoding: message, as: UTF8.self))")
    }
  }

  private func checkSame(_ venue: borrowing LocalVenue) {
    let live = machine.node
    for name in sent.keys.sorted() {
      let client = ClientName(name)
      let expected = venue.stream(of: client)
      let stream = live.value.venue.stream(of: client)
      if stream != expected { complain("the stream of \(name) is not that of a replay: \(stream.count) of \(expected.count)") }
      guard live.value.venue.find(client) != nil, !stream.isEmpty, !name.hasPrefix("STR") else { continue }
      if told[name, default: []] != stream { complain("\(name) was told something else than its stream") }
    }
    if venue.clientCount != live.value.venue.clientCount { complain("other clients are known") }
    if venue.rememberedClientCount != live.value.venue.rememberedClientCount {
      complain("other clients are remembered")
    }
    if venue.liveOrderCount != live.value.venue.liveOrderCount { complain("other orders are live") }
    if machine.stateDigest != venue.stateDigest { complain("the books are not those of a replay") }
  }

  private func checkOtherSpread(digest: UInt64) throws {
    var size = SpreadSize()
    size.shardCount = machine.size.shardCount % 5 + 1
    size.orders = 1_024
    let memory = size.makeMemory()
    var venue = try size.makeVenue(in: memory)
    if venue.replay(entries) != nil { return complain("the journal cannot be replayed on \(size.shardCount) shards") }
    if venue.stateDigest != digest { complain("on \(size.shardCount) shards the state is another one") }
    for name in sent.keys where venue.stream(of: ClientName(name)) != machine.node.value.venue.stream(of: ClientName(name)) {
      complain("on \(size.shardCount) shards the stream of \(name) is another one")
    }
  }
}

extension ClientName {
  /// The ten characters.
  var text: String {
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: head >> (8 * $0)) }
    return String(decoding: bytes + [UInt8(truncatingIfNeeded: tail), UInt8(tail >> 8)], as: UTF8.self)
  }
}

extension NodeSize {
  init(orders: Int) {
    self.init()
    self.orders = orders
  }

  func makeVenueMemory() -> TestArena {
    TestArena(byteCount: OrderLimits(orders: orders, symbols: orders).byteCount + (64 << 20))
  }

  /// A venue on one core with as many symbols as orders.
  func makeVenue(in memory: TestArena, messagesPerClient: Int) throws -> LocalVenue {
    try LocalVenue(
      orders: OrderLimits(orders: orders, symbols: orders),
      clients: ClientLimits(messagesPerClient: messagesPerClient), hashSeed: 42, in: &memory.arena)
  }
}

// MARK: - Mistakes

extension SpreadMachine {
  /// All messages under way may be merged as they come.
  func forgetClientOrder() {
    node.use { node in
      for place in 0..<node.venue.engine.underway.places.count
      where node.venue.engine.underway.places[place].isTaken {
        let client = Int(node.venue.engine.underway.places[place].client)
        node.venue.engine.underway.places[place].number = node.venue.engine.flows[client].mergedCount &+ 1
      }
    }
  }

  /// Takes an order out of a shard, as a move does, and nobody gets it. False when there is none.
  func loseOrder() -> Bool {
    for shard in shards {
      for bucket in UInt8.min...UInt8.max where shard.value.engine.orderCount(inBucket: bucket) > 0 {
        return shard.use { $0.engine.takePart(of: bucket) != nil }
      }
    }
    return false
  }

  /// Takes an order out of the directory. False when there is none.
  func forgetOrder() -> Bool {
    for shard in shards {
      var order: (client: Int, reference: UInt32)?
      shard.value.engine.forEachLiveOrder { client, reference, _ in order = (client, reference) }
      guard let order else { continue }
      node.use { $0.venue.engine.directory.remove(order.reference, client: order.client) }
      return true
    }
    return false
  }
}
