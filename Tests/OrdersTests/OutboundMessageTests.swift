import TestSupport
import Wire
import XCTest

@testable import Orders

final class OutboundMessageTests: XCTestCase {
  private static let time: UInt64 = 0x0102_0304_0506_0708
  private static let timeBytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
  private static let nine: UInt64 = 0x1112_1314_1516_1718
  private static let nineBytes: [UInt8] = [0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]

  private static let accepted = OrderAccepted(
    InboundMessageTests.enter, orderReference: nine, life: .live, timestamp: time)
  private static let replaced = OrderReplaced(
    InboundMessageTests.replace, side: .sellShort, quantity: 60, symbol: Symbol("MSFT"), capacity: .other,
    orderReference: nine, life: .dead, timestamp: time)
  private static let canceled = OrderCanceled(
    userReference: 7, decrement: 0x0A0B_0C0D, reason: .immediateOrCancel, timestamp: time)
  private static let executed = OrderExecuted(
    userReference: 7, quantity: 3, price: Price(0x2122_2324_2526_2728), liquidity: .removed,
    matchNumber: nine, timestamp: time)
  private static let rejected = OrderRejected(
    userReference: 7, reason: .marketOrder, clientOrderID: ClientOrderID("abcdefghijklmn"), timestamp: time)
  private static let response = AccountQueryResponse(nextReference: 0x0A0B_0C0D, timestamp: time)

  private static let layouts: [(bytes: [UInt8], expected: [UInt8], reply: OutboundReply)] = [
    (
      encoded(accepted),
      [0x41] + timeBytes + [1, 2, 3, 4] + Array("S".utf8) + [0x00, 0x0F, 0x42, 0x3F]
        + Array("AAPL    ".utf8) + [0, 0, 0, 0, 0x77, 0x35, 0x93, 0x9C] + Array("3Y".utf8) + nineBytes
        + Array("PNNL".utf8) + Array("abcdefghijklmn".utf8) + [0, 0], .accepted(accepted)
    ),
    (
      encoded(replaced),
      [0x55] + timeBytes + [1, 2, 3, 4, 0x11, 0x12, 0x13, 0x14] + Array("T".utf8) + [0, 0, 0, 60]
        + Array("MSFT    ".utf8) + [0, 0, 0, 0, 0, 0x0F, 0x42, 0x40] + Array("0Y".utf8) + nineBytes
        + Array("ONND".utf8) + Array("ABCDEFGHIJ    ".utf8) + [0, 0], .replaced(replaced)
    ),
    (
      encoded(canceled), [0x43] + timeBytes + [0, 0, 0, 7, 0x0A, 0x0B, 0x0C, 0x0D] + Array("I".utf8),
      .canceled(canceled)
    ),
    (
      encoded(executed),
      [0x45] + timeBytes + [0, 0, 0, 7, 0, 0, 0, 3, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28]
        + Array("R".utf8) + nineBytes + [0, 0], .executed(executed)
    ),
    (
      encoded(rejected), [0x4A] + timeBytes + [0, 0, 0, 7, 0x00, 0x2C] + Array("abcdefghijklmn".utf8),
      .rejected(rejected)
    ),
    (encoded(response), [0x51] + timeBytes + [0x0A, 0x0B, 0x0C, 0x0D], .queryResponse(response)),
  ]

  func testLengths() {
    XCTAssertEqual(Self.layouts.map(\.expected.count), [64, 68, 18, 36, 29, 13])
  }

  func testLayouts() throws {
    for (bytes, expected, reply) in Self.layouts {
      XCTAssertEqual(bytes, expected)
      XCTAssertEqual(try OutboundReply(parsing: expected.rawBytes), reply)
    }
  }

  func testWritesNothingBehindTheMessage() {
    var bytes = [UInt8](repeating: 0xEE, count: 80)
    bytes.withRawBytes { Self.accepted.encode(into: &$0) }
    XCTAssertEqual(Array(bytes[64...]), [UInt8](repeating: 0xEE, count: 16))
  }

  func testEveryTruncationAndAppendages() {
    for (_, expected, reply) in Self.layouts {
      for count in 0..<expected.count {
        XCTAssertThrowsError(try OutboundReply(parsing: Array(expected[..<count]).rawBytes)) {
          XCTAssertEqual($0 as? MalformedMessage, count == 0 ? .empty : .truncated)
        }
      }
      let base = [64, 68, 36].contains(expected.count) ? Array(expected.dropLast(2)) : expected
      XCTAssertEqual(try OutboundReply(parsing: (base + [0, 2, 1, 9]).rawBytes), reply)
      XCTAssertThrowsError(try OutboundReply(parsing: (base + [0, 2, 2, 9]).rawBytes))
    }
    XCTAssertThrowsError(try OutboundReply(parsing: [UInt8](repeating: 0x5A, count: 20).rawBytes))
  }

  func testText() {
    XCTAssertNil(Symbol(text: "ABCDEFGHI".utf8))
    XCTAssertNil(ClientOrderID(text: "abcdefghijklmno".utf8))
    let identifier = ClientOrderID("abcdefghijkl")
    XCTAssertEqual((0..<14).map { identifier.byte(at: $0) }, Array("abcdefghijkl  ".utf8))
    for (text, isValid) in [
      ("A", true), ("ABCDEFGH", true), ("A.B", true), ("~!", true), ("", false), (" A", false),
      ("A B", false),
      ("A\u{7F}", false), ("A\u{1F}", false), ("É", false),
    ] {
      XCTAssertEqual(Symbol(text).isValid, isValid, text)
    }
    XCTAssertFalse(Symbol(rawValue: 0).isValid)
  }
}
