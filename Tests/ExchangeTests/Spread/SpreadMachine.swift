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

/// An order node whose orders are on order cores, each core polled when the test says so, all in virtual time.
final class SpreadMachine: SpreadNode {
  private static let diskSource = 1
  private static let networkSource = 2
  static let ordersSource = 3

  let time: VirtualTime
  /// The sessions core first.
  let cores: [SpreadCore]

  init(_ size: SpreadSize = SpreadSize(), time: VirtualTime = VirtualTime()) throws {
    let memory = size.makeMemory()
    let cores = try (0...size.shardCount).map { _ in try SpreadCore(time, in: memory) }
    self.cores = cores
    self.time = time
    try super.init(size, at: time.now, in: memory) { index in
      ShardHooks(
        order: .wake(cores[index + 1].wakeHook(source: Self.ordersSource)),
        sessions: .wake(cores[0].wakeHook(source: Self.ordersSource)))
    }
    connect()
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

  /// Gives a shard up, and lets the node look at what waited for it. False when it cannot go on without it.
  func giveUp(_ shard: Int) -> Bool {
    defer { cores[0].wires.raise(source: Self.ordersSource) }
    return node.use { $0.giveUp(shard: shard) }
  }

  // MARK: - Time

  /// Called before each round of `settle`.
  var beforeRound: (() -> Void)?

  /// Lets all cores but those named go on, and the disk write, until nothing is left to do. False when that never
  /// comes.
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

  /// What messages taken now are stamped with.
  var timestamp: UInt64 { node.value.timeOfDay.nanosecondsSinceMidnight(at: time.now) }
}
