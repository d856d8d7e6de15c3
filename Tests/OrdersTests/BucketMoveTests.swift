import TestSupport
import XCTest

@testable import Orders

/// What a bucket is made of when it moves.
final class BucketMoveTests: XCTestCase {
  private let bucket = Symbol("SLUICE").bucket

  private func parts(of bucket: UInt8, _ venue: TestVenue) -> [BucketPart] {
    var parts: [BucketPart] = []
    while let part = venue.engine.takePart(of: bucket) { parts.append(part) }
    return parts
  }

  private func digest(_ venues: TestVenue...) -> UInt64 {
    var digest = StateDigest()
    for venue in venues { digest.add(venue.engine) }
    return digest.value
  }

  private func names(_ parts: [BucketPart]) -> [OrderName] {
    parts.compactMap { part in
      guard case .order(let order) = part.content else { return nil }
      return OrderName(Int(order.client), order.userReference)
    }
  }

  /// Two sides, several levels, one order partly executed, and orders of another symbol that stay.
  private func filled() -> TestVenue {
    let venue = TestVenue()
    venue.send(0, enter(1, .sell, 10, at: 102))
    venue.send(1, enter(1, .sellShort, 10, at: 101))
    venue.send(0, enter(2, .sell, 10, at: 101))
    venue.send(2, enter(1, .buy, 4, at: 101))
    venue.send(3, enter(1, .buy, 5, at: 99))
    venue.send(3, enter(2, .buy, 5, at: 100))
    venue.send(3, enter(3, .buy, 7, at: 100, symbol: "STAYS"))
    venue.sink = RecordingSink()
    return venue
  }

  func testAPartFitsIntoAQueue() {
    XCTAssertLessThanOrEqual(MemoryLayout<BucketPart>.stride, 64)
    XCTAssertNotEqual(Symbol("STAYS").bucket, bucket)
  }

  func testOrdersLeaveByPriceAndTimeAndTheCountersLast() {
    let venue = filled()
    XCTAssertEqual(venue.engine.orderCount(inBucket: bucket), 5)
    let parts = parts(of: bucket, venue)
    XCTAssertEqual(
      names(parts),
      [OrderName(3, 2), OrderName(3, 1), OrderName(1, 1), OrderName(0, 2), OrderName(0, 1)])
    XCTAssertEqual(parts.map(\.isLast), [false, false, false, false, false, true])
    XCTAssertEqual(Set(parts.map(\.bucket)), [bucket])
    XCTAssertEqual(venue.engine.orderCount(inBucket: bucket), 0)
    XCTAssertEqual((0..<4).map { venue.engine.liveOrderCount(client: $0) }, [0, 0, 0, 1])
    XCTAssertEqual(venue.engine.freeOrderCount, venue.engine.limits.orders - 1)
    XCTAssertEqual(venue.sink.ended, [], "no order ends by a move")
    XCTAssertNil(venue.engine.takePart(of: bucket))
  }

  func testAnAdoptedBucketTradesAndCountsOn() {
    let (first, second) = (filled(), TestVenue())
    let before = first.engine.stateDigest
    for part in parts(of: bucket, first) { second.engine.adopt(part) }
    XCTAssertEqual(digest(first, second), before)
    XCTAssertNotEqual(digest(first), before)
    XCTAssertEqual((0..<4).map { second.engine.liveOrderCount(client: $0) }, [2, 1, 0, 2])
    // Seven orders and a match were counted, of them six orders in this bucket.
    second.send(4, enter(1, .buy, 7, at: 101))
    XCTAssertEqual(
      second.replies().map(\.message),
      [
        .accepted(
          OrderAccepted(
            enter(1, .buy, 7, at: 101), orderReference: number(7), life: .live, timestamp: second.time)),
        executed(1, 6, .added, match: 2, second), executed(1, 6, .removed, match: 2, second),
        executed(2, 1, .added, match: 3, second), executed(1, 1, .removed, match: 3, second),
      ])
  }

  private func executed(
    _ reference: UInt32, _ quantity: UInt32, _ liquidity: LiquidityCode, match: UInt64, _ venue: TestVenue
  ) -> OutboundReply {
    .executed(
      OrderExecuted(
        userReference: reference, quantity: quantity, price: Price(101), liquidity: liquidity,
        matchNumber: number(match), timestamp: venue.time))
  }

  func testABucketComesBackAndGoesAgain() {
    let (first, second) = (filled(), TestVenue())
    let before = first.engine.stateDigest
    for _ in 0..<3 {
      for part in parts(of: bucket, first) { second.engine.adopt(part) }
      for part in parts(of: bucket, second) { first.engine.adopt(part) }
    }
    XCTAssertEqual(first.engine.stateDigest, before)
    XCTAssertEqual(first.send(4, enter(1, .buy, 7, at: 101)), .applied(.accepted))
  }

  /// A move that is given up: what left goes back behind what stayed, and is found again.
  func testPartsThatComeBackAreTakenAgain() {
    let venue = filled()
    let early = (0..<4).compactMap { _ in venue.engine.takePart(of: bucket) }
    for part in early { venue.engine.adopt(part) }
    XCTAssertEqual(parts(of: bucket, venue).count, 6)
  }

  func testAnEmptyBucketStillHasItsCounters() {
    let (first, second) = (TestVenue(), TestVenue())
    let unused = parts(of: bucket, first)
    XCTAssertEqual(unused.map(\.isLast), [true])
    XCTAssertNil(first.engine.takePart(of: bucket))
    second.engine.adopt(unused[0])
    XCTAssertEqual(digest(first, second), StateDigest().value)
    second.send(0, enter(1, .buy, 1, at: 1))
    second.send(0, CancelOrder(userReference: 1))
    for part in parts(of: bucket, second) { first.engine.adopt(part) }
    _ = first.replies()
    first.send(0, enter(2, .buy, 1, at: 1))
    guard case .accepted(let accepted) = first.replies().first?.message else { return XCTFail("no answer") }
    XCTAssertEqual(accepted.orderReference, number(2))
  }

  func testTheDigestOfNothing() {
    XCTAssertEqual(TestVenue().engine.stateDigest, StateDigest().value)
    XCTAssertEqual(TestVenue(orders: 8, symbols: 2, clients: 256).engine.stateDigest, StateDigest().value)
  }
}
