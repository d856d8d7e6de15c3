import Buffers
import Queues
import Streams
import TestSupport
import Timers
import Timing
import XCTest

/// Both sides of a timer service on one thread, in virtual time.
final class TimerServiceTests: XCTestCase {
  private typealias Service = TimerService<Int, HardwareWord>
  private typealias Client = TimerClient<Int, HardwareWord>
  private typealias Server = TimerServer<Int, HardwareWord>

  private func at(_ nanoseconds: UInt64) -> Instant { Instant(nanoseconds: nanoseconds) }

  private func make(_ timerCount: Int, tickCapacity: Int = 64, in arena: inout Arena) throws -> Service {
    try Service(timerCount: timerCount, tickCapacity: tickCapacity, waking: .spin, .spin, in: &arena)
  }

  func testTicksComeInOrderWithTimeAndTask() throws {
    let memory = TestArena()
    var service = try make(8, in: &memory.arena)
    _ = try service.client.create(once: at(300), task: 3)
    _ = try service.client.create(every: .nanoseconds(100), startingAt: at(150), task: 1)
    XCTAssertFalse(service.server.serve(at: at(0), budget: 64))
    XCTAssertEqual(service.server.nextDeadline, at(150))
    XCTAssertNil(service.client.select(.max))
    for now in [150, 250, 300] as [UInt64] { XCTAssertFalse(service.server.serve(at: at(now), budget: 64)) }
    let ticks = takeAll(&service.client)
    XCTAssertEqual(ticks.map(\.task), [1, 1, 3])
    XCTAssertEqual(ticks.map(\.tick.due.nanoseconds), [150, 250, 300])
    XCTAssertEqual(ticks.map(\.tick.number), [0, 1, 0])
    XCTAssertEqual(service.client.count, 1)
  }

  func testWhatIsCancelledTicksNoMoreEvenIfATickWasOnItsWay() throws {
    let memory = TestArena()
    var service = try make(2, in: &memory.arena)
    let early = try service.client.create(once: at(10), task: 1)
    let late = try service.client.create(once: at(20), task: 2)
    _ = service.server.serve(at: at(10), budget: 64)
    try service.client.cancel(early)
    try service.client.cancel(late)
    XCTAssertThrowsError(try service.client.cancel(late)) { XCTAssertEqual($0 as? TimerError, .stale) }
    let next = try service.client.create(once: at(30), task: 3)
    _ = service.server.serve(at: at(100), budget: 64)
    let ticks = takeAll(&service.client)
    XCTAssertEqual(ticks.map(\.task), [3])
    XCTAssertEqual(ticks.first?.id, next)
    XCTAssertEqual(service.client.count, 0)
    XCTAssertThrowsError(try service.client.cancel(next)) { XCTAssertEqual($0 as? TimerError, .stale) }
  }

  func testRefusals() throws {
    let memory = TestArena()
    var service = try make(2, in: &memory.arena)
    XCTAssertThrowsError(try service.client.create(every: .zero, startingAt: at(0), task: 0)) {
      XCTAssertEqual($0 as? TimerError, .zeroInterval)
    }
    _ = try service.client.create(once: at(1), task: 0)
    _ = try service.client.create(once: at(1), task: 0)
    XCTAssertThrowsError(try service.client.create(once: at(1), task: 0)) {
      XCTAssertEqual($0 as? TimerError, .full)
    }
  }

  /// However long the server takes no request, a create may be refused, but a cancel never is.
  func testACancelAlwaysHasRoom() throws {
    let memory = TestArena()
    var random = SeededRandom()
    var service = try make(16, in: &memory.arena)
    var (live, busyCount) = ([TimerID](), 0)
    for _ in 0..<20_000 {
      if Bool.random(using: &random), live.count < 16 {
        do {
          live.append(try service.client.create(once: at(1 << 40), task: 0))
        } catch TimerError.busy {
          busyCount += 1
        }
      } else if let id = live.popLast() {
        XCTAssertNoThrow(try service.client.cancel(id), "SEED=\(random.seed)")
      }
      if Int.random(in: 0..<50, using: &random) == 0 { _ = service.server.serve(at: at(1), budget: 1_000) }
    }
    XCTAssertGreaterThan(busyCount, 0, "SEED=\(random.seed)")
    _ = service.server.serve(at: at(1), budget: 1_000)
    XCTAssertEqual(service.server.count, live.count, "SEED=\(random.seed)")
  }

  /// A full link holds the other ticks back; none is lost.
  func testTicksThatFindNoRoomCome() throws {
    let memory = TestArena()
    var service = try make(64, tickCapacity: 4, in: &memory.arena)
    for task in 0..<64 { _ = try service.client.create(once: at(UInt64(100 + task)), task: task) }
    var (now, tasks) = (at(500), [Int]())
    XCTAssertFalse(service.server.serve(at: now, budget: 1_000))
    XCTAssertEqual(service.server.nextDeadline, now + Server.retry)
    while tasks.count < 64 {
      let before = tasks.count
      tasks += takeAll(&service.client).map(\.task)
      XCTAssertGreaterThan(tasks.count, before)
      now = now + Server.retry
      _ = service.server.serve(at: now, budget: 1_000)
    }
    XCTAssertEqual(tasks, Array(0..<64))
    XCTAssertEqual(service.server.nextDeadline, .never)
  }

  func testABudgetEndsATurn() throws {
    let memory = TestArena()
    var service = try make(64, in: &memory.arena)
    for task in 0..<64 { _ = try service.client.create(once: at(1), task: task) }
    XCTAssertTrue(service.server.serve(at: at(2), budget: 10))
    XCTAssertTrue(service.server.serve(at: at(2), budget: 10))
    var turns = 2
    while service.server.serve(at: at(2), budget: 10) { turns += 1 }
    XCTAssertEqual(takeAll(&service.client).count, 64)
    XCTAssertGreaterThanOrEqual(turns, 6)
  }

  /// The stream ends with the server, and the server with the client.
  func testEachSideLearnsThatTheOtherIsGone() throws {
    let memory = TestArena()
    let first = try make(4, in: &memory.arena)
    var client = first.client
    _ = consume first.server
    XCTAssertTrue(client.poll(at: at(0)).isEnd)
    let second = try make(4, in: &memory.arena)
    var server = second.server
    _ = consume second.client
    XCTAssertFalse(server.serve(at: at(0), budget: 8))
    XCTAssertTrue(server.isOver)
  }

  // MARK: - Against a plain model

  func testRandomTimersAgreeWithAPlainList() throws {
    var random = SeededRandom()
    for _ in 0..<40 { try runRandomTimers(&random, dropsTicks: false) }
    XCTAssertThrowsError(try runRandomTimers(&random, dropsTicks: true), "a lost tick is not noticed")
  }

  private struct Disagreement: Error {}

  /// Timers are created, cancelled and due at random; what ticks is what a plain list says, each time.
  private func runRandomTimers(_ random: inout SeededRandom, dropsTicks: Bool) throws {
    let memory = TestArena()
    var service = try make(32, in: &memory.arena)
    var now: UInt64 = 0
    var model: [(id: TimerID, due: UInt64, task: Int)] = []
    for task in 0..<2_000 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let due = now + UInt64.random(in: 0..<2_000, using: &random)
        guard model.count < 32 else { break }
        model.append((try service.client.create(once: at(due), task: task), due, task))
      case 2:
        guard let index = model.indices.randomElement(using: &random) else { break }
        try service.client.cancel(model.remove(at: index).id)
      default: now += UInt64.random(in: 0..<500, using: &random)
      }
      while service.server.serve(at: at(now), budget: 4) {}
      var ticks = takeAll(&service.client)
      if dropsTicks, ticks.count > 1 { ticks.removeLast() }
      let due = model.filter { $0.due <= now }
      model.removeAll { $0.due <= now }
      guard Set(due.map(\.task)) == Set(ticks.map(\.task)), due.count == ticks.count else {
        if dropsTicks { throw Disagreement() }
        return XCTFail("due \(due), ticked \(ticks), SEED=\(random.seed)")
      }
    }
    XCTAssertEqual(service.client.count, model.count, "SEED=\(random.seed)")
  }

  private func takeAll(_ client: inout Client) -> [TimerTick<Int>] {
    var ticks: [TimerTick<Int>] = []
    while let tick = client.select(.max) { ticks.append(tick) }
    return ticks
  }
}

extension Poll where Message: ~Copyable {
  fileprivate var isEnd: Bool {
    switch self {
    case .ended: true
    default: false
    }
  }
}
