import Buffers
import Foundation
import Queues
import Reactors
import Scheduling
import Streams
import TestSupport
import Timers
import Timing
import XCTest

/// The timer service in both places, with threads as cores: the same asking task, the same ticks.
final class TimerTaskTests: XCTestCase {
  private static let requestSource = 1
  private static let tickSource = 2

  /// The server is a task of the asking reactor.
  func testTheServerOnTheAskersReactor() throws {
    let memory = TestArena()
    let machine = ThreadMachine()
    let log = AskingLog()
    let service = try Self.makeService(asker: machine, server: machine, in: &memory.arena)
    var reactor = try Self.makeReactor(machine, number: 0, in: &memory.arena)
    try Self.spawn(TimerTask(service.server, in: &memory.arena), source: Self.requestSource, &reactor)
    try Self.spawn(AskingTask(service.client, machine, log), source: Self.tickSource, &reactor)
    while reactor.context.taskCount > 0 { reactor.turn() }
    check(log)
  }

  /// The server is the only task of a reactor on a thread of its own.
  func testTheServerOnACoreOfItsOwn() throws {
    let memory = TestArena()
    let (machine, serving) = (ThreadMachine(), ThreadMachine())
    let log = AskingLog()
    let service = try Self.makeService(asker: machine, server: serving, in: &memory.arena)
    let ended = DispatchSemaphore(value: 0)
    let box = Box(service.server)
    Thread.detachNewThread {
      Self.serve(box, serving)
      ended.signal()
    }
    var reactor = try Self.makeReactor(machine, number: 0, in: &memory.arena)
    try Self.spawn(AskingTask(service.client, machine, log), source: Self.tickSource, &reactor)
    while reactor.context.taskCount > 0 { reactor.turn() }
    ended.wait()
    check(log)
  }

  /// Runs a server alone until its client is gone.
  private static func serve(_ box: Box<TimerServer<TaskID, HardwareWord>>, _ machine: ThreadMachine) {
    let memory = TestArena()
    guard let server = box.take(), var reactor = try? makeReactor(machine, number: 1, in: &memory.arena)
    else { return }
    guard let task = try? TimerTask(server, in: &memory.arena) else { return }
    try? spawn(task, source: requestSource, &reactor)
    while reactor.context.taskCount > 0 { reactor.turn() }
  }

  private typealias ThreadReactor = Reactor<ThreadCore, PriorityLevels>

  private static func makeReactor(_ machine: ThreadMachine, number: Int, in arena: inout Arena) throws
    -> ThreadReactor
  {
    var reactor = try ThreadReactor(
      core: ThreadCore(number: number, machine: machine), limits: ReactorLimits(taskByteCount: 512),
      in: &arena)
    reactor.connect(source: ThreadCore.timerSource, priority: 0, to: nil)
    reactor.readClock()
    return reactor
  }

  private static func makeService(
    asker: ThreadMachine, server: ThreadMachine, in arena: inout Arena
  ) throws -> TimerService<TaskID, HardwareWord> {
    try TimerService(
      timerCount: AskingTask.timerCount, tickCapacity: 32,
      waking: .wake(server.wakeHook(source: requestSource)), .wake(asker.wakeHook(source: tickSource)),
      in: &arena)
  }

  private struct NoRoom: Error {}

  private static func spawn<Task: Schedulable & ~Copyable>(
    _ task: consuming Task, source: Int, _ reactor: inout ThreadReactor
  ) throws {
    guard let id = reactor.spawn(task, "task").id() else { throw NoRoom() }
    reactor.connect(source: source, priority: source, to: id)
  }

  private func check(_ log: AskingLog) {
    XCTAssertEqual(log.once, AskingTask.onceCount, "a cancelled timer ticked, or a tick was lost")
    XCTAssertEqual(log.repeated, AskingTask.repeatedCount)
    XCTAssertEqual(log.strangers, 0, "a tick names another task")
    XCTAssertEqual(log.early, 0, "ticks came early")
    XCTAssertEqual(log.disordered, 0, "an interval timer's ticks came out of order")
  }
}

/// What an `AskingTask` has seen.
private final class AskingLog {
  var once = 0
  var repeated = 0
  var strangers = 0
  var early = 0
  var disordered = 0
}

/// Asks for timers that are due within a few milliseconds, cancels some, and takes the ticks of the others.
private struct AskingTask: Schedulable, ~Copyable {
  static let timerCount = 256
  static let onceCount = 2_000
  static let repeatedCount = 40
  static var functions: TaskFunctions<AskingTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  private var client: TimerClient<TaskID, HardwareWord>
  private let machine: ThreadMachine
  private let log: AskingLog
  private var created = 0
  private var interval: TimerID?
  private var random = SeededRandom()

  init(_ client: consuming TimerClient<TaskID, HardwareWord>, _ machine: ThreadMachine, _ log: AskingLog) {
    self.client = client
    self.machine = machine
    self.log = log
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    guard let me = context.current else { return .finished }
    createSome(me, context.now)
    while case .ready(let tick) = client.poll(at: context.now) { note(tick, me) }
    let log = log
    if log.once == Self.onceCount && log.repeated >= Self.repeatedCount { return .finished }
    // What finds no room now is created in a later turn.
    if created < Self.onceCount { return .ready }
    return client.armWakeup() ? .ready : .waiting
  }

  private mutating func createSome(_ me: TaskID, _ now: Instant) {
    do {
      if interval == nil {
        interval = try client.create(every: .microseconds(100), startingAt: now, task: me, missed: .burst)
      }
      while created < Self.onceCount {
        let due = now + .microseconds(.random(in: 0..<3_000, using: &random))
        let unwanted = try client.create(once: due, task: me)
        try client.cancel(unwanted)
        _ = try client.create(once: due, task: me)
        created += 1
      }
    } catch {}
  }

  private mutating func note(_ tick: TimerTick<TaskID>, _ me: TaskID) {
    // Through `self`, ThreadSanitizer would take this for an access to all that the task holds, the link's places included.
    let log = log
    if tick.tick.due > machine.now { log.early += 1 }
    if tick.task != me { log.strangers += 1 }
    guard tick.id == interval else { return log.once += 1 }
    if tick.tick.number != UInt64(log.repeated) { log.disordered += 1 }
    log.repeated += 1
    if log.repeated == Self.repeatedCount, let interval { try? client.cancel(interval) }
  }
}

/// Carries a value to another thread.
private final class Box<Value: ~Copyable & Sendable>: @unchecked Sendable {
  // SAFETY: put in before the thread starts, and taken once, by it.
  private var value: Value?

  init(_ value: consuming Value) { self.value = consume value }

  func take() -> Value? { value.take() }
}
