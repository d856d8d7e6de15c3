import TestSupport
import XCTest

@testable import Orders

/// Of which reference numbers a sink hears that they stand for no live order.
final class OrderEndTests: XCTestCase {
  private var venue = TestVenue()

  override func setUp() {
    venue = TestVenue(orders: 2, symbols: 2)
  }

  /// The numbers of client 0 that ended by a message of it.
  private func ended<Message: EncodableMessage>(by message: Message) -> [UInt32] {
    venue.sink.ended = []
    venue.send(0, message)
    XCTAssertEqual(Set(venue.sink.ended).count, venue.sink.ended.count, "each once")
    return venue.sink.ended.map(\.reference).sorted()
  }

  func testEnters() {
    XCTAssertEqual(ended(by: enter(1, .sell, 10, at: 100)), [], "it rests")
    XCTAssertEqual(ended(by: enter(1, .sell, 10, at: 100)), [], "ignored")
    XCTAssertEqual(ended(by: enter(2, .buy, 0, at: 100)), [2], "rejected")
    XCTAssertEqual(ended(by: enter(3, .buy, 5, at: 99, .immediateOrCancel)), [3], "dead")
    XCTAssertEqual(ended(by: enter(4, .buy, 4, at: 100)), [4], "filled at once; the other is not")
    XCTAssertEqual(
      ended(by: enter(5, .buy, 7, at: 100, .immediateOrCancel)), [1, 5], "filled, and a remainder")
    XCTAssertEqual(ended(by: enter(6, .sell, 3, at: 100)), [])
    XCTAssertEqual(ended(by: enter(7, .buy, 5, at: 100)), [6], "its remainder rests")
    XCTAssertEqual(ended(by: enter(8, .buy, 5, at: 90)), [])
    XCTAssertEqual(ended(by: enter(9, .buy, 5, at: 90)), [9], "no room")
    XCTAssertEqual(ended(by: enter(10, .sell, 9, at: 90, .immediateOrCancel)), [7, 8, 10])
  }

  func testCancels() {
    _ = ended(by: enter(1, .sell, 10, at: 100))
    XCTAssertEqual(ended(by: CancelOrder(userReference: 1, quantity: 4)), [], "it is only smaller")
    XCTAssertEqual(ended(by: CancelOrder(userReference: 1, quantity: 4)), [], "ignored")
    XCTAssertEqual(ended(by: CancelOrder(userReference: 2)), [], "ignored")
    XCTAssertEqual(ended(by: CancelOrder(userReference: 1)), [1])
  }

  func testReplaces() {
    _ = ended(by: enter(1, .sell, 10, at: 100))
    XCTAssertEqual(ended(by: replace(1, by: 1, 9, at: 101)), [], "ignored")
    XCTAssertEqual(ended(by: replace(7, by: 8, 9, at: 101)), [], "ignored")
    XCTAssertEqual(ended(by: replace(1, by: 2, 9, at: 101)), [1], "the new one rests")
    XCTAssertEqual(ended(by: enter(3, .buy, 4, at: 101)), [3])
    XCTAssertEqual(ended(by: replace(2, by: 4, 3, at: 101)), [2, 4], "dead: more was executed")
    _ = ended(by: enter(5, .sell, 10, at: 100))
    XCTAssertEqual(
      ended(by: replace(5, by: 6, 9, at: 101, .immediateOrCancel)), [5, 6], "dead: finds nothing")
    _ = ended(by: enter(7, .sell, 10, at: 100))
    XCTAssertEqual(ended(by: replace(7, by: 8, 0, at: 101)), [7, 8], "comes to a cancel")
    XCTAssertEqual(ended(by: enter(8, .sell, 10, at: 100)), [], "the number was not used up")
    _ = ended(by: enter(9, .buy, 20, at: 99))
    XCTAssertEqual(ended(by: replace(9, by: 10, 20, at: 100, .immediateOrCancel)), [8, 9, 10], "a remainder")
    _ = ended(by: enter(11, .sell, 10, at: 100))
    _ = ended(by: enter(12, .buy, 10, at: 99))
    XCTAssertEqual(ended(by: replace(12, by: 13, 10, at: 100)), [11, 12, 13], "filled at once")
  }

  func testRejectionsForAReasonOutside() {
    _ = ended(by: enter(1, .sell, 10, at: 100))
    venue.sink.ended = []
    _ = venue.engine.reject(enter(2, .sell, 1, at: 1), client: 0, at: 1, into: &venue.sink)
    _ = venue.engine.reject(enter(2, .sell, 1, at: 1), client: 0, at: 1, into: &venue.sink)
    _ = venue.engine.reject(replace(1, by: 3, 1, at: 1), client: 0, at: 1, into: &venue.sink)
    _ = venue.engine.reject(replace(9, by: 4, 1, at: 1), client: 0, at: 1, into: &venue.sink)
    XCTAssertEqual(venue.sink.ended, [OrderName(0, 2), OrderName(0, 3)])
  }

  func testTheEndOfAnotherClientsOrderIsThatClients() {
    venue.send(3, enter(1, .sell, 10, at: 100))
    venue.sink.ended = []
    venue.send(0, enter(7, .buy, 10, at: 100))
    XCTAssertEqual(venue.sink.ended, [OrderName(3, 1), OrderName(0, 7)])
  }
}
