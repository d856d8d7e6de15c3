import Buffers
import Exchange
import Journaling
import SimulationSupport
import TestSupport
import Timing

/// A few clients trade over a hostile network with a machine whose power goes again and again; all from one seed.
///
/// What must hold: what was told to anyone is true after every restart, byte for byte and under its number; nothing is
/// applied twice; the node's books, streams and counters are those of a plain venue that saw the same frames; all
/// frames and blocks are where they belong; and when the network gets well, every client learns everything.
final class Simulation {
  /// Ways to be wrong on purpose, so that the checks are seen to find it.
  enum Mistake {
    case none
    case acknowledgesEarly
    case diskIgnoresFlushes
  }

  let seed: UInt64
  private(set) var complaints: [String] = []
  /// What it came to, to see that it reaches what it is for.
  private(set) var powerCuts = 0
  private(set) var lostInputs = 0
  private(set) var answersTold = 0
  private(set) var bootsCutOff = 0

  private let machine: SimulatedMachine
  private let ledger: NodeLedger
  private let clients: [SimulatedClient]
  private var faults = LinkFaults.hostile
  private var random: SeededRandom
  private var time: VirtualTime { machine.time }

  init(seed: UInt64, mistake: Mistake = .none) throws {
    self.seed = seed
    random = SeededRandom(seed: seed)
    let medium = FakeDisk(sectorCount: 2048, seed: seed)
    machine = try SimulatedMachine(medium)
    machine.limits.extentStepSectorCount = 8
    machine.size.orders = 64
    machine.size.messagesPerClient = 512
    machine.latency = 20_000...400_000
    // Too few places now and then, so that frames and answers have to wait.
    let places = Int.random(in: 2...16, using: &random)
    machine.makeLink = { try FakeLink(receivePlaceCount: 4 * places, transmitPlaceCount: places) }
    machine.acknowledgesEarly = mistake == .acknowledgesEarly
    medium.ignoresFlushes = mistake == .diskIgnoresFlushes
    ledger = NodeLedger(orderLimit: machine.size.orders)
    clients = (1...4).map { SimulatedClient($0, seed: seed) }
  }

  /// Runs it all; see `complaints`.
  func run() throws {
    guard start() else { return }
    for client in clients { actLater(client) }
    strangerActsLater()
    for _ in 0..<Int.random(in: 2...4, using: &random) where complaints.isEmpty {
      machine.node?.run(for: .microseconds(UInt64.random(in: 1_000...25_000, using: &random)))
      checkNode()
      guard stopAndStart() else { return }
    }
    guard complaints.isEmpty else { return }
    machine.node?.run(for: .milliseconds(10))
    settle()
    checkNode()
    checkBooks(machine.node!, ledger.venue) { complain($0) }
    machine.reset()
  }

  private func complain(_ complaint: String) { complaints.append("seed \(seed): \(complaint)") }

  // MARK: - Power

  /// Boots; now and then the power goes again before that is done.
  private func start() -> Bool {
    while true {
      do {
        let limit = Int.random(in: 0..<3, using: &random) == 0 ? Int.random(in: 1...20, using: &random) : .max
        let node = try machine.boot(stepLimit: limit)
        connect(node)
        return true
      } catch SimulatedMachine.BootError.cut {
        bootsCutOff += 1
      } catch {
        complain("does not boot: \(error)")
        return false
      }
    }
  }

  private func connect(_ node: SimulatedMachine.Node) {
    let entryCount = Int(node.journal.nextEntry - 1)
    guard entryCount <= ledger.inputs.count else { return complain("inputs that nobody sent") }
    lostInputs += ledger.inputs.count - entryCount
    ledger.boot(entryCount: entryCount)
    checkBooks(node, ledger.venue) { complain("after the boot: \($0)") }
    checkTold()
    node.link.onReceive = { [unowned node, ledger] in ledger.take($0, at: node.timestamp) }
    node.link.completesTransmissions = false
    node.link.onSend = { [unowned self, weak link = node.link] frame in
      let delay = UInt64.random(in: 1_000...60_000, using: &random)
      time.after(.nanoseconds(delay)) { [weak link] in link?.completeTransmissions(1) }
      send(frame)
    }
  }

  private func stopAndStart() -> Bool {
    powerCuts += 1
    if Int.random(in: 0..<5, using: &random) == 0 { machine.reset() } else { machine.cutPower() }
    // Frames that come meanwhile come to nobody.
    time.advance(to: time.now + .microseconds(UInt64.random(in: 1...2_000, using: &random)))
    return start()
  }

  // MARK: - Network

  /// A frame leaves the node: what it says must be true, and so must it be for ever.
  private func send(_ frame: [UInt8]) {
    if let packet = OuchPacket(frame) {
      let messages = ledger.venue.clients[packet.name]?.messages ?? []
      for (index, message) in packet.messages.enumerated() {
        let place = Int(packet.sequence) - 1 + index
        if place >= messages.count || messages[place] != message {
          complain("\(packet.name) was told what the plain venue does not say, number \(place + 1)")
        }
      }
      answersTold += packet.messages.count
    }
    for copy in faults.copies(of: frame, using: &random) {
      time.after(.nanoseconds(copy.delay)) { [unowned self] in
        for client in clients { if let answer = client.hear(copy.frame) { deliver(answer) } }
      }
    }
  }

  /// A frame is on its way to the node.
  private func deliver(_ frame: [UInt8]) {
    for copy in faults.copies(of: frame, using: &random) {
      time.after(.nanoseconds(copy.delay)) { [unowned self] in machine.node?.link.deliver(copy.frame) }
    }
  }

  private func actLater(_ client: SimulatedClient) {
    let pause = client.isTrading ? 50...900 : 10_000...50_000 as ClosedRange<UInt64>
    time.after(.microseconds(UInt64.random(in: pause, using: &random))) { [unowned self, unowned client] in
      if let frame = client.act() { deliver(frame) }
      actLater(client)
    }
  }

  /// Somebody who asks and never trades: provisional clients come and go.
  private func strangerActsLater() {
    time.after(.microseconds(UInt64.random(in: 100...1_500, using: &random))) { [unowned self] in
      guard clients[0].isTrading else { return }
      let host = OuchHost.peer(77)
      let name = "GUEST\(Int.random(in: 0..<80, using: &random))"
      let rejected = OuchBytes.enter(.random(in: 0...5, using: &random), "B", 0)
      deliver(host.packet(name, [Bool.random(using: &random) ? OuchBytes.query : rejected]))
      deliver(host.arp(2))
      strangerActsLater()
    }
  }

  // MARK: - Checks

  /// The node against the ledger, between two polls.
  private func checkNode() {
    guard let node = machine.node else { return }
    node.runUntilAsleep()
    for disagreement in ledger.disagreements(node) { complain(disagreement) }
    if !node.link.isBalanced { complain("frames are missing") }
    for client in clients { for complaint in client.complaints { complain(complaint) } }
  }

  /// What the clients were told, against the venue as the disk has it.
  private func checkTold() {
    for client in clients {
      let messages = ledger.venue.clients[client.name.padded]?.messages ?? []
      for (number, message) in client.told
      where number > messages.count || messages[Int(number) - 1] != message {
        complain("\(client.name): message \(number) was told and is lost")
        return
      }
    }
  }

  /// The network gets well and nobody trades any more: every client must learn all that there is. A lost question
  /// for a station is repeated after a second.
  private func settle() {
    faults = LinkFaults()
    for client in clients { client.isTrading = false }
    machine.node?.run(for: .seconds(2))
    for client in clients {
      let messages = ledger.venue.clients[client.name.padded]?.messages ?? []
      if client.toldThrough != UInt64(messages.count) {
        complain("\(client.name) learned \(client.toldThrough) of \(messages.count) messages")
      }
    }
  }
}
