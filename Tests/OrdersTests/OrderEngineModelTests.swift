import Buffers
import TestSupport
import XCTest

@testable import Orders

/// The engine against the reference venue, and against itself, under random flow.
final class OrderEngineModelTests: XCTestCase {
  /// Runs a flow through both and compares every reply; returns how often each kind of reply was seen.
  @discardableResult
  private func compare(
    _ flow: RandomFlow, _ venue: TestVenue, messages: Int, mutate: (inout [Reply]) -> Void = { _ in }
  ) -> (kinds: [String: Int], differences: Int) {
    var flow = flow
    var reference = ReferenceVenue(orders: venue.engine.limits.orders, symbols: venue.engine.limits.symbols)
    var kinds: [String: Int] = [:]
    var differences = 0
    for number in 0..<messages {
      let (client, message) = flow.next()
      let outcome = try? venue.send(client, bytes: message.bytes)
      var expected = reference.apply(message, client: client, at: venue.time)
      mutate(&expected)
      let replies = venue.replies()
      if replies != expected {
        differences += 1
        if differences == 1 {
          first = "seed \(flow.random.seed), message \(number): \(message)\n\(replies)\n\(expected)"
        }
      }
      if outcome?.mustBeJournaled != !expected.isEmpty { differences += 1 }
      if venue.engine.liveOrderCount != reference.resting.count { differences += 1 }
      if differences > 0 { break }
      for reply in expected {
        kinds[String(describing: reply.message).prefix { $0 != "(" }.description, default: 0] += 1
      }
    }
    return (kinds, differences)
  }

  private var first = ""

  func testAgainstReference() {
    let result = compare(RandomFlow(), TestVenue(), messages: 20_000)
    XCTAssertEqual(result.differences, 0, first)
    XCTAssertEqual(result.kinds.count, 6, "\(result.kinds)")
    for (kind, count) in result.kinds { XCTAssertGreaterThan(count, 100, kind) }
  }

  func testAgainstReferenceWithManyLevels() {
    var flow = RandomFlow()
    flow.prices = 1...1_999_999_900
    XCTAssertEqual(compare(flow, TestVenue(), messages: 4_000).differences, 0, first)
    flow.prices = 1_000_000...1_000_255
    flow.symbols = 1
    XCTAssertEqual(compare(flow, TestVenue(), messages: 4_000).differences, 0, first)
  }

  func testAgainstReferenceAtItsLimits() {
    var flow = RandomFlow()
    flow.symbols = 12
    let result = compare(flow, TestVenue(orders: 24, symbols: 4), messages: 20_000)
    XCTAssertEqual(result.differences, 0, first)
  }

  func testTheComparisonSeesADifference() {
    let result = compare(RandomFlow(), TestVenue(), messages: 5_000) { replies in
      guard let last = replies.last, case .executed(var executed) = last.message else { return }
      executed.price = Price(executed.price.tenThousandths + 1)
      replies[replies.count - 1].message = .executed(executed)
    }
    XCTAssertGreaterThan(result.differences, 0)
  }

  func testReplayOfWhatMustBeJournaledGivesTheSameBytes() throws {
    var flow = RandomFlow()
    flow.symbols = 6
    let venue = TestVenue(orders: 64, symbols: 4, hashSeed: 1)
    var journal: [(client: Int, bytes: [UInt8], time: UInt64)] = []
    var ignored = 0
    for _ in 0..<10_000 {
      let (client, message) = flow.next()
      let before = venue.engine.stateDigest
      if try venue.send(client, bytes: message.bytes).mustBeJournaled {
        journal.append((client, message.bytes, venue.time))
      } else {
        ignored += 1
        XCTAssertEqual(venue.engine.stateDigest, before)
      }
    }
    XCTAssertGreaterThan(ignored, 100)
    // Another secret in the hash tables must not show.
    let copy = TestVenue(orders: 64, symbols: 4, hashSeed: 0xDEAD_BEEF_0BAD_F00D)
    for entry in journal {
      copy.time = entry.time - 1_000
      _ = try copy.send(entry.client, bytes: entry.bytes)
    }
    XCTAssertEqual(copy.sink.bytes, venue.sink.bytes, "seed \(flow.random.seed)")
    XCTAssertEqual(copy.engine.stateDigest, venue.engine.stateDigest, "seed \(flow.random.seed)")
    // A control: one message less is seen.
    let short = TestVenue(orders: 64, symbols: 4)
    for entry in journal.dropLast() { _ = try short.send(entry.client, bytes: entry.bytes) }
    XCTAssertNotEqual(short.engine.stateDigest, venue.engine.stateDigest)
  }

  func testHostileMessagesNeverTrapAndLeaveNothing() throws {
    var flow = RandomFlow()
    let venue = TestVenue(orders: 64, symbols: 4)
    let empty = venue.engine.books.freeCounts
    var applied = 0
    for _ in 0..<100_000 {
      let (client, message) = flow.next()
      var bytes = message.bytes
      for _ in 0..<Int.random(in: 0...2, using: &flow.random) {
        let value: UInt8 = [0, 1, 0x20, 0x7F, 0xFF].randomElement(using: &flow.random)!
        bytes[Int.random(in: 0..<bytes.count, using: &flow.random)] = value
      }
      if case .applied = try? venue.send(client, bytes: bytes) { applied += 1 }
      venue.sink.bytes = []
      venue.sink.replies = []
    }
    XCTAssertGreaterThan(applied, 100, "seed \(flow.random.seed)")
    venue.engine.ordersByReference.forEach { key, _ in
      let cancel = CancelOrder(userReference: UInt32(truncatingIfNeeded: key))
      hostile.append((Int(key >> 32), cancel))
    }
    for (client, cancel) in hostile { XCTAssertEqual(venue.send(client, cancel), .applied(.canceled)) }
    XCTAssertEqual(venue.engine.books.freeCounts, empty, "seed \(flow.random.seed)")
    XCTAssertEqual(venue.send(7, enter(1, .buy, 1, at: 1)), .applied(.accepted))
  }

  private var hostile: [(Int, CancelOrder)] = []

  func testPoolsBalanceWhenAllIsCanceled() throws {
    var flow = RandomFlow()
    let venue = TestVenue(orders: 256, symbols: 8)
    let empty = venue.engine.books.freeCounts
    for _ in 0..<5_000 {
      let (client, message) = flow.next()
      _ = try venue.send(client, bytes: message.bytes)
    }
    XCTAssertGreaterThan(venue.engine.liveOrderCount, 10)
    XCTAssertNotEqual(venue.engine.books.freeCounts, empty)
    for client in 0..<flow.clients {
      for reference in 0...venue.engine.lastReference(client: client) {
        venue.send(client, CancelOrder(userReference: reference))
      }
      XCTAssertEqual(venue.engine.liveOrderCount(client: client), 0)
    }
    XCTAssertEqual(venue.engine.liveOrderCount, 0)
    XCTAssertEqual(venue.engine.books.freeCounts, empty, "seed \(flow.random.seed)")
  }
}

extension OrderBooks {
  /// Free places in the pools of orders, levels and branches.
  var freeCounts: [Int] {
    [
      length(from: firstFreeOrder) { orders[Int($0)].next },
      length(from: firstFreeLevel) { levels[Int($0)].head },
      length(from: firstFreeBranch) { branches[Int($0)].low },
    ]
  }

  private func length(from first: PoolIndex, next: (PoolIndex) -> PoolIndex) -> Int {
    var count = 0
    var place = first
    while place != .none {
      count += 1
      place = next(place)
    }
    return count
  }
}
