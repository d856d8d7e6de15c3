import TestSupport
import XCTest

@testable import Orders

/// The engine's rules one by one.
final class OrderEngineTests: XCTestCase {
  private func rejected(_ reference: UInt32, _ reason: RejectReason, at time: UInt64) -> OutboundReply {
    .rejected(
      OrderRejected(
        userReference: reference, reason: reason, clientOrderID: ClientOrderID("o \(reference)"),
        timestamp: time))
  }

  func testEveryRejectReason() {
    let byte = UInt8(ascii: "?")
    let table: [(RejectReason, UInt16, (inout EnterOrder) -> Void)] = [
      (.side, 0x0009, { $0.side = SideCode(rawValue: byte) }),
      (.quantity, 0x0013, { $0.quantity = 0 }),
      (.quantity, 0x0013, { $0.quantity = 1_000_000 }),
      (.price, 0x001D, { $0.price = Price(0) }),
      (.price, 0x001D, { $0.price = Price(1_999_999_901) }),
      (.price, 0x001D, { $0.price = Price(0x1_0000_0001) }),
      (.marketOrder, 0x002C, { $0.price = .market }),
      (.other, 0x000F, { $0.timeInForce = TimeInForce(rawValue: UInt8(ascii: "5")) }),
      (.other, 0x000F, { $0.timeInForce = TimeInForce(rawValue: 0) }),
      (.display, 0x0003, { $0.display = DisplayCode(rawValue: UInt8(ascii: "N")) }),
      (.other, 0x000F, { $0.capacity = CapacityCode(rawValue: byte) }),
      (.intermarketSweep, 0x0008, { $0.intermarketSweep = SweepCode(rawValue: UInt8(ascii: "Y")) }),
      (.cross, 0x0014, { $0.cross = CrossCode(rawValue: UInt8(ascii: "O")) }),
      (.symbol, 0x0017, { $0.symbol = Symbol("") }),
      (.symbol, 0x0017, { $0.symbol = Symbol(" A") }),
      (.symbol, 0x0017, { $0.symbol = Symbol(rawValue: 0) }),
    ]
    let venue = TestVenue()
    for (index, row) in table.enumerated() {
      for timeInForce in [TimeInForce.day, .immediateOrCancel] {
        let reference = UInt32(2 * index + (timeInForce == .day ? 1 : 2))
        var order = enter(reference, .buy, 100, at: 10_000, timeInForce)
        row.2(&order)
        XCTAssertEqual(row.0.rawValue, row.1)
        XCTAssertEqual(venue.send(0, order), .applied(.rejected))
        XCTAssertEqual(venue.replies(), [Reply(0, rejected(reference, row.0, at: venue.time))])
        XCTAssertEqual(venue.send(0, order), .ignored(.staleReference), "a rejected reference is used up")
      }
    }
    XCTAssertEqual(venue.engine.counters.rejected, UInt64(2 * table.count))
    XCTAssertEqual(venue.engine.liveOrderCount, 0)
  }

  func testTheFirstFaultInTheOrderOfTheFieldsIsNamed() {
    var order = enter(1, SideCode(rawValue: 0), 0, at: 0, symbol: "")
    order.timeInForce = TimeInForce(rawValue: 0)
    order.display = DisplayCode(rawValue: 0)
    order.capacity = CapacityCode(rawValue: 0)
    order.intermarketSweep = SweepCode(rawValue: 0)
    order.cross = CrossCode(rawValue: 0)
    let repairs: [(RejectReason, (inout EnterOrder) -> Void)] = [
      (.side, { $0.side = .sell }), (.quantity, { $0.quantity = 1 }), (.price, { $0.price = Price(1) }),
      (.other, { $0.timeInForce = .day }), (.display, { $0.display = .visible }),
      (.other, { $0.capacity = .other }), (.intermarketSweep, { $0.intermarketSweep = .none }),
      (.cross, { $0.cross = .none }), (.symbol, { $0.symbol = Symbol("A") }),
    ]
    let venue = TestVenue()
    for (reason, repair) in repairs {
      venue.send(0, order)
      guard case .rejected(let rejected) = venue.replies().first?.message else { return XCTFail("\(reason)") }
      XCTAssertEqual(rejected.reason, reason)
      order.userReference += 1
      repair(&order)
    }
    XCTAssertEqual(venue.send(0, order), .applied(.accepted))
  }

  func testAcceptedEchoesTheOrder() {
    let venue = TestVenue()
    for (index, side) in [SideCode.buy, .sell, .sellShort, .sellShortExempt].enumerated() {
      for (second, capacity) in [CapacityCode.agency, .principal, .risklessPrincipal, .other].enumerated() {
        var order = enter(UInt32(4 * index + second + 1), side, 7, at: side == .buy ? 1 : 2)
        order.capacity = capacity
        XCTAssertEqual(venue.send(3, order), .applied(.accepted))
        let accepted = OrderAccepted(
          order, orderReference: number(UInt64(4 * index + second + 1)), life: .live, timestamp: venue.time)
        XCTAssertEqual(venue.replies(), [Reply(3, .accepted(accepted))])
      }
    }
    XCTAssertEqual(venue.engine.liveOrderCount(client: 3), 16)
  }

  func testReferenceZeroIsNoOrder() {
    let venue = TestVenue()
    for client in 0..<8 {
      XCTAssertEqual(venue.send(client, CancelOrder(userReference: 0)), .ignored(.unknownOrder))
      XCTAssertEqual(venue.send(client, replace(0, by: 1, 1, at: 1)), .ignored(.unknownOrder))
    }
  }

  func testReferencesIncreasePerClientOverEnterAndReplace() {
    let venue = TestVenue()
    XCTAssertEqual(venue.send(0, enter(0, .buy, 1, at: 10)), .ignored(.staleReference))
    XCTAssertEqual(venue.send(0, enter(5, .buy, 1, at: 10)), .applied(.accepted))
    XCTAssertEqual(venue.send(0, enter(5, .buy, 2, at: 10)), .ignored(.staleReference))
    XCTAssertEqual(venue.send(0, enter(4, .buy, 1, at: 10)), .ignored(.staleReference))
    XCTAssertEqual(venue.send(1, enter(5, .buy, 1, at: 10)), .applied(.accepted))
    XCTAssertEqual(venue.send(0, replace(5, by: 5, 1, at: 11)), .ignored(.staleReference))
    XCTAssertEqual(venue.send(0, replace(5, by: 9, 1, at: 11)), .applied(.replaced))
    XCTAssertEqual(venue.send(0, enter(8, .buy, 1, at: 10)), .ignored(.staleReference))
    XCTAssertEqual(venue.send(0, enter(.max, .buy, 1, at: 10)), .applied(.accepted))
    XCTAssertEqual(venue.engine.counters.staleReferences, 5)
    _ = venue.replies()
    venue.send(0, AccountQuery())
    venue.send(1, AccountQuery())
    venue.send(2, AccountQuery())
    let next = venue.replies().map { reply -> UInt32 in
      guard case .queryResponse(let response) = reply.message else { return 0 }
      return response.nextReference
    }
    XCTAssertEqual(next, [.max, 6, 1])
  }

  func testPriceThenTimePriority() {
    let venue = TestVenue()
    venue.send(0, enter(1, .sell, 10, at: 102))
    venue.send(1, enter(1, .sell, 10, at: 101))
    venue.send(2, enter(1, .sell, 10, at: 101))
    venue.send(0, enter(2, .sell, 10, at: 103))
    _ = venue.replies()
    XCTAssertEqual(venue.send(3, enter(1, .buy, 35, at: 102)), .applied(.accepted))
    XCTAssertEqual(
      executions(venue.replies()),
      [
        Trade(1, 1, 10, 101, "A", 1), Trade(3, 1, 10, 101, "R", 1), Trade(2, 1, 10, 101, "A", 2),
        Trade(3, 1, 10, 101, "R", 2), Trade(0, 1, 10, 102, "A", 3), Trade(3, 1, 10, 102, "R", 3),
      ])
    // Five are left and rest at 102: the next seller meets them.
    venue.send(1, enter(2, .sell, 9, at: 90))
    XCTAssertEqual(executions(venue.replies()), [Trade(3, 1, 5, 102, "A", 4), Trade(1, 2, 5, 102, "R", 4)])
    XCTAssertEqual(venue.engine.counters.executions, 4)
    XCTAssertEqual(venue.engine.liveOrderCount, 2)
  }

  func testImmediateOrCancel() {
    let venue = TestVenue()
    venue.send(0, enter(1, .sell, 10, at: 100))
    _ = venue.replies()
    // Finds nothing: dead, and that is all; also for a symbol nobody trades.
    venue.send(1, enter(1, .buy, 5, at: 99, .immediateOrCancel))
    venue.send(1, enter(2, .buy, 5, at: 99, symbol: "NOBODY", .immediateOrCancel))
    for reply in venue.replies() {
      guard case .accepted(let accepted) = reply.message else { return XCTFail("\(reply)") }
      XCTAssertEqual(accepted.life, .dead)
    }
    // Finds some: executed, then the remainder canceled.
    venue.send(1, enter(3, .buy, 15, at: 100, .immediateOrCancel))
    let replies = venue.replies()
    guard case .accepted(let accepted) = replies.first?.message else { return XCTFail("\(replies)") }
    XCTAssertEqual(accepted.life, .live)
    XCTAssertEqual(executions(replies), [Trade(0, 1, 10, 100, "A", 1), Trade(1, 3, 10, 100, "R", 1)])
    XCTAssertEqual(replies.last, Reply(1, canceled(3, 5, .immediateOrCancel, venue.time)))
    XCTAssertEqual(replies.count, 4)
    XCTAssertEqual(venue.engine.liveOrderCount, 0)
  }

  func testSelfMatchIsAllowed() {
    let venue = TestVenue()
    venue.send(0, enter(1, .sell, 10, at: 100))
    venue.send(0, enter(2, .buy, 10, at: 100))
    XCTAssertEqual(
      executions(venue.replies()), [Trade(0, 1, 10, 100, "A", 1), Trade(0, 2, 10, 100, "R", 1)])
    XCTAssertEqual(venue.engine.liveOrderCount(client: 0), 0)
  }

  func testCancelAndReduce() {
    let venue = TestVenue()
    venue.send(0, enter(1, .sell, 100, at: 100))
    venue.send(1, enter(1, .sell, 100, at: 100))
    venue.send(2, enter(1, .buy, 30, at: 100))
    _ = venue.replies()
    XCTAssertEqual(venue.send(0, CancelOrder(userReference: 1, quantity: 100)), .ignored(.superfluousCancel))
    XCTAssertEqual(venue.send(0, CancelOrder(userReference: 2)), .ignored(.unknownOrder))
    XCTAssertEqual(venue.send(3, CancelOrder(userReference: 1)), .ignored(.unknownOrder))
    XCTAssertEqual(venue.replies(), [])
    // Down to 50 in all, of which 30 are executed; it keeps its place before the other.
    XCTAssertEqual(venue.send(0, CancelOrder(userReference: 1, quantity: 50)), .applied(.canceled))
    XCTAssertEqual(venue.replies(), [Reply(0, canceled(1, 50, .user, venue.time))])
    venue.send(2, enter(2, .buy, 5, at: 100))
    XCTAssertEqual(executions(venue.replies()).first, Trade(0, 1, 5, 100, "A", 2))
    // Down to no more than is executed: all that is left goes.
    XCTAssertEqual(venue.send(0, CancelOrder(userReference: 1, quantity: 35)), .applied(.canceled))
    XCTAssertEqual(venue.replies(), [Reply(0, canceled(1, 15, .user, venue.time))])
    XCTAssertEqual(venue.send(0, CancelOrder(userReference: 1)), .ignored(.unknownOrder))
    XCTAssertEqual(venue.engine.counters.canceled, 2)
    XCTAssertEqual(venue.engine.counters.unknownOrders, 3)
    XCTAssertEqual(venue.engine.counters.superfluousCancels, 1)
  }

  func testReplaceLosesPriorityAndKeepsTotalLiability() {
    let venue = TestVenue()
    venue.send(0, enter(1, .sellShort, 100, at: 100))
    venue.send(1, enter(1, .sell, 100, at: 100))
    venue.send(2, enter(1, .buy, 30, at: 100))
    _ = venue.replies()
    let order = replace(1, by: 2, 80, at: 100)
    XCTAssertEqual(venue.send(0, order), .applied(.replaced))
    let replaced = OrderReplaced(
      order, side: .sellShort, quantity: 50, symbol: Symbol("SLUICE"), capacity: .agency,
      orderReference: number(4), life: .live, timestamp: venue.time)
    XCTAssertEqual(venue.replies(), [Reply(0, .replaced(replaced))])
    venue.send(2, enter(2, .buy, 120, at: 100))
    XCTAssertEqual(
      executions(venue.replies()).filter { $0.liquidity == "A" },
      [Trade(1, 1, 100, 100, "A", 2), Trade(0, 2, 20, 100, "A", 3)])
    XCTAssertEqual(venue.send(0, CancelOrder(userReference: 1)), .ignored(.unknownOrder))
    // 50 of the 80 are executed now: a total of 50 leaves nothing.
    XCTAssertEqual(venue.send(0, replace(2, by: 3, 50, at: 100)), .applied(.replaced))
    guard case .replaced(let dead) = venue.replies().last?.message else { return XCTFail("not replaced") }
    XCTAssertEqual(dead.life, .dead)
    XCTAssertEqual(dead.quantity, 0)
    XCTAssertEqual(venue.engine.liveOrderCount, 0)
  }

  func testReplaceMayTradeAtOnce() {
    let venue = TestVenue()
    venue.send(0, enter(1, .buy, 10, at: 99))
    venue.send(1, enter(1, .sell, 10, at: 100))
    _ = venue.replies()
    venue.send(0, replace(1, by: 2, 15, at: 101))
    let replies = venue.replies()
    XCTAssertEqual(executions(replies), [Trade(1, 1, 10, 100, "A", 1), Trade(0, 2, 10, 100, "R", 1)])
    guard case .replaced(let replaced) = replies.first?.message else { return XCTFail("\(replies)") }
    XCTAssertEqual(replaced.quantity, 15)
    XCTAssertEqual(replaced.life, .live)
    XCTAssertEqual(venue.engine.liveOrderCount, 1)
  }

  func testReplaceThatIsIgnoredDoesNotConsumeItsReference() {
    let venue = TestVenue()
    venue.send(0, enter(1, .buy, 10, at: 99))
    XCTAssertEqual(venue.send(0, replace(9, by: 2, 10, at: 99)), .ignored(.unknownOrder))
    XCTAssertEqual(venue.send(1, replace(1, by: 2, 10, at: 99)), .ignored(.unknownOrder))
    XCTAssertEqual(venue.send(0, replace(1, by: 2, 10, at: 99)), .applied(.replaced))
  }

  func testReplaceWithImpossibleTermsCancelsTheOriginal() {
    let spoils: [(inout ReplaceOrder) -> Void] = [
      { $0.quantity = 0 }, { $0.quantity = 1_000_000 }, { $0.price = Price(0) }, { $0.price = .market },
      { $0.price = Price(.max) }, { $0.display = DisplayCode(rawValue: 0) },
      { $0.timeInForce = TimeInForce(rawValue: UInt8(ascii: "6")) },
      { $0.intermarketSweep = SweepCode(rawValue: UInt8(ascii: "Y")) },
    ]
    let venue = TestVenue()
    for (index, spoil) in spoils.enumerated() {
      let reference = UInt32(index + 1)
      venue.send(0, enter(reference, .buy, 10, at: 99))
      var order = replace(reference, by: reference + 1, 10, at: 99)
      spoil(&order)
      _ = venue.replies()
      XCTAssertEqual(venue.send(0, order), .applied(.canceled))
      XCTAssertEqual(venue.replies(), [Reply(0, canceled(reference, 10, .user, venue.time))])
      XCTAssertEqual(venue.engine.lastReference(client: 0), reference, "not consumed")
      XCTAssertEqual(venue.engine.liveOrderCount, 0)
    }
  }

  func testRejectForAReasonOutside() {
    let venue = TestVenue()
    venue.send(0, enter(1, .buy, 10, at: 99))
    _ = venue.replies()
    let engine = { (order: EnterOrder) in
      venue.engine.reject(order, client: 0, at: 7, into: &venue.sink)
    }
    XCTAssertEqual(engine(enter(1, .buy, 10, at: 99)), .ignored(.staleReference))
    XCTAssertEqual(engine(enter(2, .buy, 10, at: 99)), .applied(.rejected))
    XCTAssertEqual(venue.replies(), [Reply(0, rejected(2, .processingError, at: 7))])
    let again = { (order: ReplaceOrder) in
      venue.engine.reject(order, client: 0, at: 8, into: &venue.sink)
    }
    XCTAssertEqual(again(replace(1, by: 2, 5, at: 99)), .ignored(.staleReference))
    XCTAssertEqual(again(replace(9, by: 3, 5, at: 99)), .ignored(.unknownOrder))
    XCTAssertEqual(again(replace(1, by: 3, 5, at: 99)), .applied(.rejected))
    XCTAssertEqual(venue.replies(), [Reply(0, rejected(3, .processingError, at: 8))])
    XCTAssertEqual(venue.send(0, CancelOrder(userReference: 1)), .applied(.canceled), "the original stays")
    XCTAssertEqual(venue.engine.lastReference(client: 0), 3)
  }

  func testMalformedMessagesChangeNothing() {
    let venue = TestVenue()
    let before = venue.engine.stateDigest
    XCTAssertThrowsError(try venue.send(0, bytes: Array(encoded(enter(1, .buy, 1, at: 1)).dropLast())))
    XCTAssertEqual(venue.engine.stateDigest, before)
    XCTAssertEqual(venue.replies(), [])
  }

  private func canceled(
    _ reference: UInt32, _ decrement: UInt32, _ reason: CancelReason, _ time: UInt64
  ) -> OutboundReply {
    .canceled(
      OrderCanceled(userReference: reference, decrement: decrement, reason: reason, timestamp: time))
  }

  private func executions(_ replies: [Reply]) -> [Trade] {
    replies.compactMap { reply in
      guard case .executed(let executed) = reply.message else { return nil }
      var trade = Trade(
        reply.client, executed.userReference, executed.quantity, executed.price.tenThousandths,
        String(UnicodeScalar(executed.liquidity.rawValue)), 0)
      trade.match = executed.matchNumber
      return trade
    }
  }
}

/// One side of an execution.
struct Trade: Equatable {
  var client: Int
  var reference: UInt32
  var quantity: UInt32
  var price: UInt64
  var liquidity: String
  var match: UInt64

  /// - Parameter match: which match of the symbol SLUICE it is, from 1.
  init(
    _ client: Int, _ reference: UInt32, _ quantity: UInt32, _ price: UInt64, _ liquidity: String,
    _ match: UInt64
  ) {
    self.client = client
    self.reference = reference
    self.quantity = quantity
    self.price = price
    self.liquidity = liquidity
    self.match = number(match)
  }
}
