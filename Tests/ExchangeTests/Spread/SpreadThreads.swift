import Buffers
@testable import Exchange
import Foundation
import Orders
import Queues
import Reactors
import Scheduling
import Sessions
import SimulationSupport
import TestSupport
import Timing

/// An order node with its order cores on threads of their own; the sessions core is the thread that calls `run`.
final class SpreadThreads: SpreadNode {
  private typealias ThreadReactor = Reactor<ThreadCore, PriorityLevels>
  private static let diskSource = 1
  private static let networkSource = 2
  private static let ordersSource = 3

  let machines: [ThreadMachine]
  private var reactor: Reactor<ThreadCore, PriorityLevels>
  private let stop = StopFlag()
  private(set) var sent: [String: [[UInt8]]] = [:]
  private(set) var told: [String: [[UInt8]]] = [:]
  private(set) var moveCount = 0
  private(set) var isAtRest = false

  init(_ size: SpreadSize) throws {
    let memory = size.makeMemory()
    let machines = (0...size.shardCount).map { _ in ThreadMachine() }
    self.machines = machines
    reactor = try ThreadReactor(core: ThreadCore(number: 0, machine: machines[0]), in: &memory.arena)
    try super.init(size, at: machines[0].now, in: memory) { index in
      ShardHooks(
        order: .wake(machines[index + 1].wakeHook(source: Self.ordersSource)),
        sessions: .wake(machines[0].wakeHook(source: Self.ordersSource)))
    }
    connect()
  }

  private func connect() {
    let network = spawn("network", level: 1) { [node] context in node.use { $0.pollNetwork(&context) } }
    let journalTask = spawn("journal", level: 0) { [node] context in
      node.use { $0.pollJournal(&context, networkTask: network) }
    }
    reactor.connect(source: ThreadCore.timerSource, priority: 0, to: nil)
    reactor.connect(source: Self.diskSource, priority: 0, to: journalTask)
    reactor.connect(source: Self.networkSource, priority: 1, to: network)
    reactor.connect(source: Self.ordersSource, priority: 1, to: network)
    link.onInterrupt = { [machine = machines[0]] in machine.raise(source: Self.networkSource) }
    journal.onInterrupt = { [machine = machines[0]] in machine.raise(source: Self.diskSource) }
    link.onSend = { [unowned self] frame in
      guard let packet = OuchPacket(frame) else { return }
      told[packet.name, default: []] += packet.messages
    }
  }

  private func spawn(
    _ name: StaticString, level: UInt8, _ work: @escaping (inout CoreContext) -> TaskStatus
  ) -> TaskID {
    reactor.spawn(SpreadTask(work: work), name, TaskAttributes(level: level)).id()!
  }

  /// Sends all packets and waits until nothing is under way; moves a bucket now and then.
  func run(packetCount: Int, flow: inout SpreadFlow, random: inout SeededRandom) {
    let threads = shards.enumerated().map { OrderThread($1, machines[$0 + 1], $0 + 1, stop) }
    threads.forEach { $0.start() }
    for host in SpreadFlow.hosts { link.deliver(host.arpRequest) }
    var left = packetCount
    let end = machines[0].now + .seconds(120)
    reactor.readClock()
    while left > 0 || !isQuiet, machines[0].now < end {
      feed(&left, &flow, &random)
      journal.write()
      reactor.turn()
    }
    isAtRest = isQuiet
    stop.raise()
    for (index, thread) in threads.enumerated() {
      machines[index + 1].raise(source: Self.ordersSource)
      thread.join()
    }
  }

  private var isQuiet: Bool {
    node.value.venue.engine.underwayCount == 0 && link.waitingFrameCount == 0 && node.value.held == nil
      && journal.gatheredCount == 0 && node.value.venue.engine.move == nil
      && node.value.venue.clientsWithUnsent == 0
  }

  private func feed(_ left: inout Int, _ flow: inout SpreadFlow, _ random: inout SeededRandom) {
    while left > 0, link.waitingFrameCount < 32 {
      let packet = flow.next()
      let overflows = link.overflowCount
      link.deliver(packet.frame)
      guard link.overflowCount == overflows else { return }
      sent[packet.name.padded, default: []] += packet.messages
      left -= 1
    }
    let group = Int.random(in: 0..<size.settings.groupCount, using: &random)
    if left % 4 == 0,
      move(group, to: Int.random(in: 0..<size.shardCount, using: &random), at: machines[0].now)
    {
      moveCount += 1
    }
  }
}

/// Tells threads to end.
final class StopFlag: @unchecked Sendable {
  // SAFETY: read and written with the lock.
  private let lock = NSLock()
  private var isRaised = false

  func raise() { lock.withLock { isRaised = true } }
  var isSet: Bool { lock.withLock { isRaised } }
}

/// A thread that is an order core.
private final class OrderThread: @unchecked Sendable {
  // SAFETY: the shard is used by the thread alone until it has ended, which `join` waits for.
  private let shard: Resident<OrderShard>
  private let machine: ThreadMachine
  private let number: Int
  private let stop: StopFlag
  private let ended = DispatchSemaphore(value: 0)

  init(_ shard: Resident<OrderShard>, _ machine: ThreadMachine, _ number: Int, _ stop: StopFlag) {
    self.shard = shard
    self.machine = machine
    self.number = number
    self.stop = stop
  }

  func start() { Thread.detachNewThread { self.run() } }

  func join() { ended.wait() }

  private func run() {
    defer { ended.signal() }
    let memory = TestArena()
    let core = ThreadCore(number: number, machine: machine)
    guard var reactor = try? Reactor<ThreadCore, PriorityLevels>(core: core, in: &memory.arena) else {
      return
    }
    let shard = shard
    let task = SpreadTask { context in shard.use { $0.poll(&context) } }
    guard let id = reactor.spawn(task, "orders").id() else { return }
    reactor.connect(source: ThreadCore.timerSource, priority: 0, to: nil)
    reactor.connect(source: 3, priority: 1, to: id)
    reactor.readClock()
    while !stop.isSet { reactor.turn() }
  }
}
