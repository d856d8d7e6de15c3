import Buffers
import Foundation
import Queues
import Reactors
import Scheduling
import Synchronization
import TestSupport
import Timing
import XCTest

/// Orders walk from an I/O reactor to order reactors and back, to a journal's reactor and back: reactors on threads, with
/// small links and wake hooks between them, and sleep whenever there is nothing to do. `tools/queue-mutants` runs these
/// under ThreadSanitizer.
final class OrderWalkThreadTests: XCTestCase {
  /// Four messages an order.
  private static let orderCount = 25_000

  func testTwoCores() throws { try check(WalkPlan(coreCount: 2, orderCores: [1], journalCore: 0)) }
  func testThreeCores() throws { try check(WalkPlan(coreCount: 3, orderCores: [1], journalCore: 2)) }
  func testFourCores() throws { try check(WalkPlan(coreCount: 4, orderCores: [1, 2], journalCore: 3)) }

  func testAHookThatForgetsIsNoticed() throws {
    let plan = WalkPlan(coreCount: 4, orderCores: [1, 2], journalCore: 3, forgets: true)
    let walk = OrderWalkRun(plan, orderCount: Self.orderCount)
    try walk.run(for: .milliseconds(400))
    XCTAssertLessThan(walk.log.answered.load(ordering: .relaxed), Self.orderCount, "it was not noticed")
  }

  private func check(_ plan: WalkPlan) throws {
    let walk = OrderWalkRun(plan, orderCount: Self.orderCount)
    try walk.run(for: .seconds(60))
    let (log, seed) = (walk.log, "SEED=\(walk.seed)")
    XCTAssertEqual(log.answered.load(ordering: .relaxed), Self.orderCount, "a wake-up was lost; \(seed)")
    XCTAssertEqual(log.wrong.load(ordering: .relaxed), 0, "out of order, lost or twice; \(seed)")
    XCTAssertGreaterThan(log.refused.load(ordering: .relaxed), 0, "no link was ever full; \(seed)")
    XCTAssertGreaterThan(log.slept.load(ordering: .relaxed), 0, "nobody ever slept; \(seed)")
  }
}

/// Which core does what; the first one is the I/O core.
private struct WalkPlan: Sendable {
  let coreCount: Int
  let orderCores: [Int]
  let journalCore: Int
  /// Whether hooks forget to wake, once in a hundred times.
  var forgets = false
}

private final class OrderWalkRun {
  private typealias ThreadReactor = Reactor<ThreadCore, PriorityLevels>
  private static let capacity = 8
  /// Of the links to each task.
  private enum Source { static let (orders, entries, answers, written) = (10, 20, 30, 40) }

  let log = WalkLog()
  let seed: UInt64
  private let plan: WalkPlan
  private let orderCount: Int
  private let random = SeededRandom()
  private let memory = TestArena()
  private let machines: [ForgetfulMachine]

  init(_ plan: WalkPlan, orderCount: Int) {
    self.plan = plan
    self.orderCount = orderCount
    seed = random.seed
    machines = (0..<plan.coreCount).map { _ in ForgetfulMachine(forgets: plan.forgets) }
  }

  /// Runs until all is answered, or the time is over.
  func run(for patience: Duration) throws {
    var places: [Box<ClientWalkTask.Place>] = []
    var tasks: [Box<OrderWalkTask>] = []
    for core in plan.orderCores {
      let orders = try link(to: core, Source.orders)
      let answers = try link(to: 0, Source.answers)
      tasks.append(Box(OrderWalkTask(orders.consumer, answers.producer, log)))
      places.append(Box(.init(orders: HoldingProducer(orders.producer), answers: answers.consumer)))
    }
    let entries = try link(to: plan.journalCore, Source.entries)
    let written = try link(to: 0, Source.written)
    let journal = Box(JournalWalkTask(entries.consumer, written.producer, log))
    let client = ClientWalkTask(
      places[0].take(), places.count > 1 ? places[1].take() : nil, entries.producer, written.consumer,
      orderCount: orderCount, random, log)
    let threads = DispatchGroup()
    for core in 1..<plan.coreCount {
      let orders = plan.orderCores.firstIndex(of: core).map { tasks[$0] }
      let ownJournal = plan.journalCore == core ? journal : nil
      start(core, threads, orders, ownJournal)
    }
    try runFirst(client, plan.journalCore == 0 ? journal : nil, patience)
    machines.forEach { $0.machine.raise(source: ThreadCore.timerSource) }
    threads.wait()
  }

  private func link(to core: Int, _ source: Int) throws -> WalkLink.Ends {
    let hook = machines[core].wakeHook(source: source)
    return try WalkLink(
      QueueProperties(capacity: Self.capacity, waiting: .wake(hook), firstSequence: 0 &- 6), in: &memory.arena
    ).link()
  }

  private func start(
    _ core: Int, _ threads: DispatchGroup, _ orders: Box<OrderWalkTask>?, _ journal: Box<JournalWalkTask>?
  ) {
    let (machine, log) = (machines[core].machine, log)
    threads.enter()
    Thread.detachNewThread {
      defer { threads.leave() }
      let memory = TestArena(byteCount: 1 << 20)
      guard var reactor = try? Self.makeReactor(machine, core, in: &memory.arena) else { return }
      if let orders { Self.spawn(orders.take(), [Source.orders], &reactor) }
      if let journal { Self.spawn(journal.take(), [Source.entries], &reactor) }
      while !log.isOver.load(ordering: .relaxed) { reactor.turn() }
      withExtendedLifetime(memory) {}
    }
  }

  private func runFirst(
    _ client: consuming ClientWalkTask, _ journal: Box<JournalWalkTask>?, _ patience: Duration
  ) throws {
    let memory = TestArena(byteCount: 1 << 20)
    var reactor = try Self.makeReactor(machines[0].machine, 0, in: &memory.arena)
    Self.spawn(client, [Source.answers, Source.written], &reactor)
    if let journal { Self.spawn(journal.take(), [Source.entries], &reactor) }
    Self.spawn(WalkAlarm(end: reactor.core.now + patience, log: log), [], &reactor)
    while !log.isOver.load(ordering: .relaxed) { reactor.turn() }
    withExtendedLifetime(memory) {}
  }

  private static func makeReactor(
    _ machine: ThreadMachine, _ number: Int, in arena: inout Arena
  ) throws -> ThreadReactor {
    var reactor = try ThreadReactor(
      core: ThreadCore(number: number, machine: machine), limits: ReactorLimits(taskByteCount: 2_048),
      in: &arena)
    reactor.connect(source: ThreadCore.timerSource, priority: 0, to: nil)
    reactor.readClock()
    return reactor
  }

  private static func spawn<Task: Schedulable & ~Copyable>(
    _ task: consuming Task, _ sources: [Int], _ reactor: inout ThreadReactor
  ) {
    let id = reactor.spawn(task, "task").id()
    for source in sources { reactor.connect(source: source, priority: 1, to: id) }
  }
}

/// A core whose hooks may forget to wake it.
private final class ForgetfulMachine: Sendable {
  let machine = ThreadMachine()
  private let forgets: Bool
  private let count = Atomic<Int>(0)

  init(forgets: Bool) { self.forgets = forgets }

  func wakeHook(source: Int) -> WakeHook {
    guard forgets else { return machine.wakeHook(source: source) }
    // SAFETY: as that of the machine itself.
    let address = unsafe UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
    return WakeHook(context: address << 6 | UInt(source)) { context in
      let forgetful = unsafe Unmanaged<ForgetfulMachine>.fromOpaque(
        UnsafeRawPointer(bitPattern: context >> 6)!)
      unsafe forgetful.takeUnretainedValue().raise(source: Int(context & 63))
    }
  }

  private func raise(source: Int) {
    if count.add(1, ordering: .relaxed).newValue % 100 != 0 { machine.raise(source: source) }
  }
}
