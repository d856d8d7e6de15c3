import Buffers
import TestSupport
import XCTest

@testable import Orders

final class OrderLimitsTests: XCTestCase {
  private func applied(_ venue: TestVenue, _ order: EnterOrder) -> Application? {
    guard case .applied(let application) = venue.send(0, order) else { return nil }
    return application
  }

  private func reason(_ venue: TestVenue) -> RejectReason? {
    guard case .rejected(let rejected) = venue.replies().last?.message else { return nil }
    return rejected.reason
  }

  func testFullOrderPool() {
    let venue = TestVenue(orders: 4, symbols: 4)
    for reference in 1...4 as ClosedRange<UInt32> {
      XCTAssertEqual(applied(venue, enter(reference, .sell, 10, at: UInt64(100 + reference))), .accepted)
    }
    // Full: a day order is rejected even if it would trade, an immediate one trades.
    XCTAssertEqual(applied(venue, enter(5, .buy, 10, at: 101)), .rejectedForRoom)
    XCTAssertEqual(reason(venue), .processingError)
    XCTAssertEqual(applied(venue, enter(6, .buy, 5, at: 101, .immediateOrCancel)), .accepted)
    XCTAssertEqual(venue.send(0, replace(4, by: 7, 10, at: 200)), .applied(.replaced), "takes its own place")
    XCTAssertEqual(applied(venue, enter(8, .buy, 5, at: 101, .immediateOrCancel)), .accepted)
    XCTAssertEqual(applied(venue, enter(9, .buy, 10, at: 50)), .accepted, "the filled one's place")
    XCTAssertEqual(venue.engine.liveOrderCount, 4)
    XCTAssertEqual(venue.engine.freeOrderCount, 0)
    XCTAssertEqual(venue.engine.counters.rejected, 1)
    XCTAssertEqual(applied(venue, enter(10, .buy, 0, at: 50)), .rejected, "its own fault comes first")
  }

  func testFullSymbolTableAndItsReuse() {
    let venue = TestVenue(orders: 64, symbols: 3)
    for (index, symbol) in ["A", "B", "C"].enumerated() {
      XCTAssertEqual(applied(venue, enter(UInt32(index + 1), .buy, 10, at: 100, symbol: symbol)), .accepted)
    }
    XCTAssertEqual(applied(venue, enter(4, .buy, 10, at: 100, symbol: "D")), .rejectedForRoom)
    XCTAssertEqual(reason(venue), .processingError)
    XCTAssertEqual(applied(venue, enter(5, .buy, 10, at: 100, symbol: "D", .immediateOrCancel)), .accepted)
    venue.send(0, CancelOrder(userReference: 2))
    XCTAssertEqual(applied(venue, enter(6, .buy, 10, at: 100, symbol: "D")), .accepted, "B's book")
    XCTAssertEqual(applied(venue, enter(7, .buy, 10, at: 100, symbol: "B")), .rejectedForRoom)
    XCTAssertEqual(applied(venue, enter(8, .sell, 10, at: 100, symbol: "D")), .accepted)
    XCTAssertEqual(applied(venue, enter(9, .buy, 10, at: 100, symbol: "B")), .accepted, "D's book")
  }

  func testHostileSymbolsDoNotExhaustTheTable() {
    let venue = TestVenue(orders: 64, symbols: 16)
    for round in 0..<5_000 as Range<UInt32> {
      XCTAssertEqual(applied(venue, enter(2 * round + 1, .buy, 1, at: 1, symbol: "X\(round)")), .accepted)
      if round % 2 == 0 {
        venue.send(0, CancelOrder(userReference: 2 * round + 1))
      } else {
        venue.send(0, enter(2 * round + 2, .sell, 1, at: 1, symbol: "X\(round)"))
      }
      XCTAssertEqual(venue.engine.liveOrderCount, 0)
    }
  }

  func testByteCountIsEnoughAndHonest() throws {
    for (orders, symbols, clients) in [
      (1, 1, 1), (64, 3, 64), (1000, 100, 7), (4096, 1024, 64), (4096, 4096, 256),
    ] {
      let limits = OrderLimits(orders: orders, symbols: symbols, clients: clients)
      let left = try XCTUnwrap(bytesLeft(by: limits, of: limits.byteCount))
      XCTAssertLessThan(left, 640)
      XCTAssertNil(bytesLeft(by: limits, of: limits.byteCount - 640))
    }
  }

  /// What an engine leaves of an arena; nothing when it finds no room in it.
  private func bytesLeft(by limits: OrderLimits, of byteCount: Int) -> Int? {
    let memory = TestArena(byteCount: byteCount)
    guard (try? OrderEngine(limits: limits, in: &memory.arena).limits) != nil else { return nil }
    return memory.arena.remainingByteCount
  }

  func testLimitsForAnAmountOfMemory() throws {
    let limits = try XCTUnwrap(OrderLimits.fitting(byteCount: 1 << 20))
    XCTAssertLessThanOrEqual(limits.byteCount, 1 << 20)
    XCTAssertGreaterThan(OrderLimits(orders: 2 * limits.orders).byteCount, 1 << 20)
    XCTAssertNil(OrderLimits.fitting(byteCount: 4096))
  }

  func testForgettingAClient() {
    let venue = TestVenue()
    venue.send(0, enter(7, .buy, 1, at: 1))
    venue.send(0, CancelOrder(userReference: 7))
    venue.engine.forget(client: 0)
    XCTAssertEqual(venue.engine.lastReference(client: 0), 0)
    XCTAssertEqual(venue.send(0, enter(1, .buy, 1, at: 1)), .applied(.accepted))
  }

  func testMostRepliesIsReached() {
    let venue = TestVenue(orders: 8)
    for reference in 1...8 as ClosedRange<UInt32> { venue.send(0, enter(reference, .sell, 1, at: 100)) }
    _ = venue.replies()
    venue.send(1, enter(1, .buy, 9, at: 100, .immediateOrCancel))
    XCTAssertEqual(venue.replies().count, venue.engine.mostReplies)
  }
}
