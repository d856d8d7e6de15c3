import TestSupport
import XCTest

@testable import Orders

/// Engines that share the buckets, and move them among each other, against the one engine that does all.
final class OrderEngineSpreadTests: XCTestCase {
  /// What moves at random moments, and what may not be noticed of it.
  private struct Run {
    var flow: RandomFlow
    let single = TestVenue(orders: 2048, symbols: 2048)
    let spread: SpreadVenue
    var applications: [Application: Int] = [:]

    init(fault: SpreadVenue.Fault = .none, seed: UInt64? = nil) {
      flow = RandomFlow(seed: seed)
      flow.symbols = 40
      flow.clients = 6
      spread = SpreadVenue(
        engines: Int.random(in: 2...8, using: &flow.random), fault: fault, &flow.random)
    }

    /// The first difference, if there is one.
    mutating func difference(messages: Int) -> String? {
      for number in 0..<messages {
        moveSomething()
        if let difference = step(number) {
          return "SEED=\(flow.random.seed), message \(number): \(difference)"
        }
      }
      spread.finishMove()
      return stateDifference().map { "SEED=\(flow.random.seed): \($0)" }
    }

    private mutating func moveSomething() {
      if Int.random(in: 0..<8, using: &flow.random) == 0 {
        let symbol = Symbol("SYM\(Int.random(in: 0..<flow.symbols, using: &flow.random))")
        let bucket =
          Int.random(in: 0..<8, using: &flow.random) == 0
          ? UInt8.random(in: 0...255, using: &flow.random) : symbol.bucket
        spread.beginMove(of: bucket, to: Int.random(in: 0..<spread.engines.count, using: &flow.random))
      }
      spread.advanceMove(
        taking: Int.random(in: 0...3, using: &flow.random),
        adopting: Int.random(in: 0...3, using: &flow.random))
    }

    private mutating func step(_ number: Int) -> String? {
      let (client, message) = flow.next()
      let isRefused = Int.random(in: 0..<100, using: &flow.random) == 0
      let time = UInt64(number)
      let outcome = apply(message, client: client, isRefused: isRefused, at: time)
      let (other, answers) = spread.send(message, client: client, isRefused: isRefused, at: time)
      defer { single.sink = RecordingSink() }
      if case .applied(let application) = outcome { applications[application, default: 0] += 1 }
      if other != outcome { return "\(message) came to \(other), not \(outcome)" }
      if answers != single.sink.bytes { return "\(message) was answered by other bytes" }
      if spread.strayEndCount > 0 { return "\(message) ended an order that was not live" }
      return nil
    }

    private func apply(_ message: InboundMessage, client: Int, isRefused: Bool, at time: UInt64) -> Outcome {
      switch message {
      case .enter(let order) where isRefused:
        single.engine.reject(order, client: client, at: time, into: &single.sink)
      case .replace(let order) where isRefused:
        single.engine.reject(order, client: client, at: time, into: &single.sink)
      default: single.engine.apply(message, client: client, at: time, into: &single.sink)
      }
    }

    private func stateDifference() -> String? {
      if spread.digest != single.engine.stateDigest { return "the digests differ" }
      var live: Set<OrderName> = []
      single.engine.ordersByReference.forEach { key, _ in
        live.insert(OrderName(Int(key >> 32), UInt32(truncatingIfNeeded: key)))
      }
      if Set(spread.directory.keys) != live { return "the directory is not of the live orders" }
      for client in 0..<flow.clients
      where spread.liveOrderCount(client: client) != single.engine.liveOrderCount(client: client) {
        return "client \(client) has another number of orders"
      }
      return nil
    }
  }

  func testSeveralEnginesAreOneWhileBucketsMove() {
    for _ in 0..<6 {
      var run = Run()
      XCTAssertNil(run.difference(messages: 3_000))
      let seed = "SEED=\(run.flow.random.seed)"
      XCTAssertGreaterThan(run.spread.movedOrderCount, 500, seed)
      XCTAssertGreaterThan(run.spread.finishedMoveCount, 100, seed)
      XCTAssertGreaterThan(run.single.engine.counters.executions, 100, seed)
      XCTAssertGreaterThan(run.single.engine.liveOrderCount, 50, seed)
      for application: Application in [.accepted, .replaced, .canceled, .rejected, .answeredQuery] {
        XCTAssertGreaterThan(run.applications[application, default: 0], 5, "\(application) \(seed)")
      }
      XCTAssertNil(run.applications[.rejectedForRoom], seed)
    }
  }

  /// The controls: what must not happen on a move is noticed.
  func testAMoveThatChangesSomethingIsNoticed() {
    for fault: SpreadVenue.Fault in [.reversedOrders, .lostNumbers, .lostExecutions] {
      var run = Run(fault: fault)
      XCTAssertNotNil(run.difference(messages: 3_000), "\(fault) SEED=\(run.flow.random.seed)")
    }
  }

  func testAnEndThatIsNotHeardIsNoticed() {
    var run = Run(fault: .lostEnds)
    XCTAssertNotNil(run.difference(messages: 3_000), "SEED=\(run.flow.random.seed)")
  }
}
