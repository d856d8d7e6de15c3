import Foundation
import Queues
import Reactors
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

/// The examples of the documentation stand in `DocumentedExamples.swift` word for word, and do what it says.
final class DocumentedExamplesTests: XCTestCase {
  private var memory = TestArena()
  private var stage = Stage()

  override func setUp() {
    memory = TestArena()
    stage = Stage()
  }

  // MARK: - Word for word

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The Swift blocks of a text, without their fences.
  private func examples(in text: String) -> [String] {
    text.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
  }

  func testEveryDocumentedExampleIsCompiledHere() throws {
    let compiled = try text("Tests/ReactorsTests/DocumentedExamples.swift")
    let documented = examples(in: try text("Sources/Reactors/Reactors.docc/Reactors.md"))
    XCTAssertEqual(documented.count, 7)
    for example in documented {
      XCTAssertTrue(compiled.contains(example), "documented, but not compiled:\n\(example)")
      let changed = example.replacingOccurrences(of: "context", with: "other") + "!"
      XCTAssertFalse(compiled.contains(changed), "control: a changed example is noticed")
    }
  }

  // MARK: - What they do

  /// Task 0, which spawns the examples and joins them.
  private func makeReactor() throws -> Reactor<ManualCore, PriorityLevels> {
    var reactor = try Reactor<ManualCore, PriorityLevels>(core: ManualCore(), in: &memory.arena)
    reactor.spawn(0, on: stage)
    reactor.settle()
    return reactor
  }

  /// Spawns a task below task 0, takes turns, and gives what it left.
  private func output<Task: Schedulable & ~Copyable>(
    of task: consuming Task, _ reactor: inout Reactor<ManualCore, PriorityLevels>, turns: Int = 20
  ) -> Task.Output? where Task.Output: Copyable {
    var child: Child<Task.Output>?
    var output: Task.Output?
    var task: Task? = task
    reactor.play(0, on: stage) { context in
      if case .child(let spawned) = context.spawn(task.take()!, "example", keepsOutput: true) {
        child = spawned
      }
      return .waiting
    }
    for _ in 0..<turns { reactor.turn() }
    reactor.play(0, on: stage) { context in
      if case .ready(let joined) = context.join(child!) { output = joined }
      return .waiting
    }
    return output
  }

  func testACountdownEndsAfterItsPauses() throws {
    var reactor = try countDown(on: ManualCore(), in: &memory.arena)
    let start = reactor.core.now
    reactor.runUntilFinished()
    XCTAssertEqual(reactor.core.now.since(start), .milliseconds(3))
  }

  func testAParentJoinsItsChild() throws {
    var reactor = try makeReactor()
    XCTAssertEqual(output(of: Area(), &reactor), 16)
  }

  func testAQuoteIsAPriceOrComesTooLate() throws {
    var reactor = try makeReactor()
    let prices = try Resident(try RingBuffer<Int>(capacity: 4, in: &memory.arena), in: &memory.arena)
    XCTAssertEqual(output(of: Quote(prices: prices), &reactor), .some(nil), "too late")
    prices.use { prices in XCTAssertNil(prices.push(187)) }
    XCTAssertEqual(output(of: Quote(prices: prices), &reactor), .some(187))
  }

  func testAHeartbeatCountsItsBeats() throws {
    var reactor = try makeReactor()
    XCTAssertEqual(output(of: Heartbeat(), &reactor), 5)
  }

  func testAnOverdrawnAccountIsStoppedByItsBank() throws {
    var reactor = try makeReactor()
    var store = try ActorStore<Account, RoundRobin>(in: &memory.arena)
    let actor = store.start(Account(), onFailure: .escalate).id()!
    let accounts = try Resident(store, in: &memory.arena)
    XCTAssertNotNil(reactor.spawn(Bank(store: accounts), "bank").id())
    reactor.settle()
    reactor.play(0, on: stage) { context in
      XCTAssertTrue(accounts.send(10, to: actor, from: &context).isDelivered)
      return .waiting
    }
    XCTAssertEqual(accounts.value.state(of: actor), 10)
    reactor.play(0, on: stage) { context in
      XCTAssertTrue(accounts.send(-11, to: actor, from: &context).isDelivered)
      return .waiting
    }
    XCTAssertFalse(accounts.value.contains(actor))
    XCTAssertEqual(reactor.context.taskCount, 3, "the accounts run again")
  }

  func testALinuxCoreIsWokenByItsDoorbellAndByTime() throws {
    let doorbell = Doorbell()
    var reactor = try countDown(on: LinuxCore(doorbell: doorbell), in: &memory.arena)
    doorbell.ring(source: 5)
    reactor.runUntilFinished()
    XCTAssertEqual(reactor.context.record.counters.interruptsOfSource[5], 1)
  }
}
