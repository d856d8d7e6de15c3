import Orders
import XCTest

@testable import sluice

final class OutcomeTests: XCTestCase {
  private let enter = EnterOrder(
    userReference: 5, side: .buy, quantity: 100, symbol: Symbol(text: "DEMO".utf8)!,
    price: Price(tenThousandths: 100_000), clientOrderID: ClientOrderID(text: "".utf8)!)
  private let replace = ReplaceOrder(
    originalReference: 5, userReference: 6, quantity: 50, price: Price(tenThousandths: 1),
    clientOrderID: ClientOrderID(text: "".utf8)!)

  private func rejected(_ reference: UInt32) -> OutboundReply {
    .rejected(
      OrderRejected(
        userReference: reference, reason: .price, clientOrderID: ClientOrderID(text: "".utf8)!, timestamp: 0))
  }

  private func canceled(_ reference: UInt32) -> OutboundReply {
    .canceled(OrderCanceled(userReference: reference, decrement: 1, reason: .user, timestamp: 0))
  }

  func testAnEnterIsAnsweredByItsOwnAcceptedOnly() {
    func accepted(_ reference: UInt32) -> OutboundReply {
      var order = enter
      order.userReference = reference
      return .accepted(OrderAccepted(order, orderReference: 1, life: .live, timestamp: 0))
    }
    var outcome = Outcome(of: .enter(enter))
    outcome.take(accepted(4))
    XCTAssertFalse(outcome.isAnswered)
    outcome.take(accepted(5))
    XCTAssertTrue(outcome.isAnswered)
    XCTAssertFalse(outcome.isRejected)
  }

  func testARejectionIsAnAnswerAndAFailure() {
    var outcome = Outcome(of: .replace(replace))
    outcome.take(rejected(5))
    XCTAssertFalse(outcome.isAnswered)
    outcome.take(rejected(6))
    XCTAssertTrue(outcome.isAnswered && outcome.isRejected)
  }

  func testAReplaceThatCannotBeCancelsTheOrder() {
    var outcome = Outcome(of: .replace(replace))
    outcome.take(canceled(5))
    XCTAssertTrue(outcome.isAnswered && outcome.isRejected)
  }

  func testACancelIsAnsweredByItsOwnCanceledOnly() {
    var outcome = Outcome(of: .cancel(CancelOrder(userReference: 5)))
    outcome.take(canceled(6))
    outcome.take(rejected(5))
    XCTAssertFalse(outcome.isAnswered)
    outcome.take(canceled(5))
    XCTAssertTrue(outcome.isAnswered)
    XCTAssertFalse(outcome.isRejected)
  }
}
