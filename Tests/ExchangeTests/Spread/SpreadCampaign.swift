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
/// What must hold in the end: a replay of the journal, on one core or on another number of them, gives the same
/// streams, books and clients; each client's messages were applied in its order, and what was not applied had no
/// effect anyway.
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
  private let hangs: Bool
  private let mistake: Mistake
  private var random: SeededRandom
  private var flow: SpreadFlow
  /// What each name has sent and the node has got, in order.
  private var sent: [String: [[UInt8]]] = [:]
  /// What each name was told unasked.
  private var told: [String: [[UInt8]]] = [:]
  /// A shard that makes no progress any more, and whether it was given up.
  private var hanging: Int?
  private var isGivenUp = false
  /// What it came to.
  private(set) var moveCount = 0
  private(set) var packetCount = 0

  /// - Parameter hangs: a shard stops after a third of the run, and is given up after half of it.
  init(seed: UInt64, shardCount: Int? = nil, hangs: Bool = false, mistake: Mistake = .none) throws {
    self.seed = seed
    self.hangs = hangs
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
    if mistake == .ignoresClientOrder {
      machine.beforeRound = { [unowned machine] in machine.forgetClientOrder() }
    }
    let pace = Int.random(in: 5...45, using: &random)
    for number in 0..<steps {
      if hangs && number == steps / 3 { hang() }
      if hangs && number == steps / 2 { giveUp() }
      machine.beforeRound?()
      step(pace)
    }
    finish()
  }

  private func step(_ pace: Int) {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<pace: send()
    case 90..<93: machine.journal.write()
    case 93..<96:
      machine.time.advance(to: machine.time.now + .nanoseconds(UInt64.random(in: 1...30_000, using: &random)))
    case 96: moveSome()
    default: turnSome()
    }
  }

  private func complain(_ complaint: String) {
    complaints.append("seed \(seed), \(complaint)")
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

  private func turnSome() {
    let core = Int.random(in: 0..<machine.cores.count, using: &random)
    // Once it is given up, it does not matter what it does.
    if core - 1 != hanging || isGivenUp && seed % 2 == 0 { machine.cores[core].turn() }
  }

  /// From now on a shard hangs.
  private func hang() {
    while machine.node.value.venue.engine.move != nil { machine.settle() }
    hanging = Int.random(in: 0..<machine.size.shardCount, using: &random)
  }

  private func giveUp() {
    guard let hanging else { return }
    if !machine.giveUp(hanging) { complain("a shard cannot be given up") }
    isGivenUp = true
  }

  private func moveSome() {
    let shards = machine.size.shardCount
    guard shards > 1, hanging == nil else { return }
    let group = Int.random(in: 0..<machine.size.settings.groupCount, using: &random)
    if machine.move(group, to: Int.random(in: 0..<shards, using: &random), at: machine.time.now) {
      moveCount += 1
    }
  }

  private func hear(_ frame: [UInt8]) {
    guard let packet = OuchPacket(frame) else { return }
    told[packet.name, default: []] += packet.messages
  }

  private func finish() {
    if !machine.settle(without: hanging.map { [$0 + 1] } ?? []) {
      complain("the machine does not come to rest")
    }
    switch mistake {
    case .losesPart: if !machine.loseOrder() { complain("there is no order to lose") }
    case .forgetsOrder: if !machine.forgetOrder() { complain("there is no order to forget") }
    default: break
    }
    let check = SpreadCheck(
      machine, sent: sent, told: told, hung: isGivenUp ? hanging : nil, losesEntry: mistake == .losesEntry)
    check.run()
    check.complaints.forEach(complain)
  }
}

// MARK: - Mistakes

extension SpreadNode {
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
