import TestSupport
import Wire
import XCTest

@testable import Orders

final class InboundMessageTests: XCTestCase {
  /// Each message with bytes written by hand from the reference's table of offsets.
  static let enterBytes: [UInt8] =
    [0x4F, 0x01, 0x02, 0x03, 0x04, 0x53, 0x00, 0x0F, 0x42, 0x3F] + Array("AAPL    ".utf8)
    + [0x00, 0x00, 0x00, 0x00, 0x77, 0x35, 0x93, 0x9C] + Array("3YPNN".utf8) + Array("abcdefghijklmn".utf8)
    + [0x00, 0x00]
  static let enter = EnterOrder(
    userReference: 0x0102_0304, side: .sell, quantity: 999_999, symbol: Symbol("AAPL"), price: .highest,
    timeInForce: .immediateOrCancel, display: .visible, capacity: .principal, intermarketSweep: .none,
    cross: .none, clientOrderID: ClientOrderID("abcdefghijklmn"))
  static let replaceBytes: [UInt8] =
    [0x55, 0x01, 0x02, 0x03, 0x04, 0x11, 0x12, 0x13, 0x14, 0x00, 0x00, 0x00, 0x64]
    + [0x00, 0x00, 0x00, 0x00, 0x00, 0x0F, 0x42, 0x40] + Array("0YN".utf8) + Array("ABCDEFGHIJ    ".utf8)
    + [0x00, 0x00]
  static let replace = ReplaceOrder(
    originalReference: 0x0102_0304, userReference: 0x1112_1314, quantity: 100, price: Price(1_000_000),
    clientOrderID: ClientOrderID("ABCDEFGHIJ"))
  static let cancelBytes: [UInt8] = [0x58, 0x01, 0x02, 0x03, 0x04, 0x00, 0x00, 0x00, 0x32]
  static let cancel = CancelOrder(userReference: 0x0102_0304, quantity: 50)
  static let messages: [([UInt8], InboundMessage)] = [
    (enterBytes, .enter(enter)), (replaceBytes, .replace(replace)), (cancelBytes, .cancel(cancel)),
    ([0x51], .query(AccountQuery())),
  ]

  private func parse(_ bytes: [UInt8]) throws(MalformedMessage) -> InboundMessage {
    try InboundMessage(parsing: bytes.rawBytes)
  }

  private func fault(_ bytes: [UInt8]) -> MalformedMessage? {
    do throws(MalformedMessage) {
      _ = try parse(bytes)
      return nil
    } catch {
      return error
    }
  }

  func testLayouts() throws {
    XCTAssertEqual(Self.enterBytes.count, 47)
    XCTAssertEqual(Self.replaceBytes.count, 40)
    for (bytes, message) in Self.messages {
      XCTAssertEqual(try parse(bytes), message)
    }
    XCTAssertEqual(encoded(Self.enter), Self.enterBytes)
    XCTAssertEqual(encoded(Self.replace), Self.replaceBytes)
    XCTAssertEqual(encoded(Self.cancel), Self.cancelBytes)
    XCTAssertEqual(encoded(AccountQuery()), [0x51])
  }

  func testEveryByteOfAMessageMatters() throws {
    // The appendage length cannot change alone; every other byte must.
    for (bytes, message) in Self.messages where bytes.count > 9 {
      for index in 1..<bytes.count - 2 {
        var changed = bytes
        changed[index] ^= 0x80
        XCTAssertNotEqual(try parse(changed), message, "byte \(index)")
      }
    }
  }

  func testEveryTruncation() {
    XCTAssertEqual(fault([]), .empty)
    for (bytes, _) in Self.messages {
      for count in 1..<max(bytes.count, 1) {
        XCTAssertEqual(fault(Array(bytes[..<count])), .truncated, "\(count) of \(bytes.count)")
      }
    }
    for bytes in [Self.cancelBytes + [0], [0x51, 0]] { XCTAssertEqual(fault(bytes), .truncated) }
  }

  /// The message with an appendage of that length field and those bytes.
  private func appended(_ bytes: [UInt8], _ count: Int, _ tags: [UInt8]) -> [UInt8] {
    let base = bytes.count > 9 ? Array(bytes.dropLast(2)) : bytes
    return base + [UInt8(count >> 8), UInt8(count & 0xFF)] + tags
  }

  func testWellFormedAppendagesAreIgnored() throws {
    let long = [UInt8(255)] + [UInt8](repeating: 9, count: 255)
    let many = [[UInt8]](repeating: long, count: 200).flatMap { $0 }
    for (bytes, message) in Self.messages {
      for tags in [[], [1, 7], [2, 7, 0], [5, 1, 2, 3, 4, 5, 1, 9], long, many] {
        XCTAssertEqual(try parse(appended(bytes, tags.count, tags)), message)
      }
    }
  }

  func testMalformedAppendages() {
    for (bytes, _) in Self.messages {
      XCTAssertEqual(fault(appended(bytes, 1, [0])), .badAppendage)
      XCTAssertEqual(fault(appended(bytes, 2, [2, 7])), .badAppendage)
      XCTAssertEqual(fault(appended(bytes, 5, [1, 7, 1, 7, 1])), .badAppendage)
      XCTAssertEqual(fault(appended(bytes, 3, [1, 7, 0])), .badAppendage)
      XCTAssertEqual(fault(appended(bytes, 3, [1, 7])), .truncated)
      XCTAssertEqual(fault(appended(bytes, 0xFFFF, [1, 7])), .truncated)
      XCTAssertEqual(fault(appended(bytes, 0, [1])), .oversized)
      XCTAssertEqual(fault(appended(bytes, 2, [1, 7, 1, 7])), .oversized)
    }
  }

  func testUnknownTypes() {
    for type in UInt8.min...UInt8.max where !"OUXQ".utf8.contains(type) {
      XCTAssertEqual(fault([type] + Self.enterBytes.dropFirst()), .unknownType)
    }
  }

  func testHostileBytesNeverTrap() {
    var random = SeededRandom()
    var valid = 0
    let types = Array("OUXQO".utf8)
    for _ in 0..<100_000 {
      var bytes = Self.messages.randomElement(using: &random)!.0
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in .random(in: 0...255, using: &random)
        }
      case 1:
        bytes.append(
          contentsOf: (0..<Int.random(in: 0...9, using: &random)).map { _ in
            .random(in: 0...3, using: &random)
          })
      case 2: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
      default: bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
      }
      if !bytes.isEmpty, Bool.random(using: &random) { bytes[0] = types.randomElement(using: &random)! }
      if fault(bytes) == nil { valid += 1 }
    }
    // A control: without valid ones among them, nothing behind the first check was reached.
    XCTAssertGreaterThan(valid, 10_000, "seed \(random.seed)")
    XCTAssertLessThan(valid, 90_000, "seed \(random.seed)")
  }
}
