import TestSupport
import XCTest

@testable import Journaling

/// Known answers from the reference implementation (xxHash 0.8, XXH64, seed 0).
final class ChecksumTests: XCTestCase {
  private func checksum(_ bytes: [UInt8]) -> UInt64 {
    Checksum.of(bytes.rawBytes)
  }

  func testKnownAnswers() {
    XCTAssertEqual(checksum([]), 0xef46_db37_51d8_e999)
    XCTAssertEqual(checksum([UInt8]("a".utf8)), 0xd24e_c4f1_a98c_6e5b)
    XCTAssertEqual(checksum([UInt8]("abc".utf8)), 0x44bc_2cf5_ad77_0999)
    XCTAssertEqual(checksum([UInt8]("123456789".utf8)), 0x8cb8_41db_40e6_ae83)
    XCTAssertEqual(checksum([UInt8](0..<32)), 0xcbf5_9c51_16ff_32b4)
    XCTAssertEqual(checksum([UInt8](0..<64) + [UInt8]("xyz12".utf8)), 0x7eb9_e638_c6f6_7947)
    XCTAssertEqual(checksum([UInt8](0..<88)), 0xa6c9_06bd_646a_7f46)
    XCTAssertEqual(checksum((0..<1000).map { UInt8($0 % 251) }), 0xf306_f04a_a88b_54d3)
  }

  func testEveryFlippedBitAndEveryLengthChangesIt() {
    let bytes = (0..<88).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    var seen: Set<UInt64> = [checksum(bytes)]
    for bit in 0..<88 * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      XCTAssertTrue(seen.insert(checksum(flipped)).inserted, "bit \(bit)")
    }
    for length in 0..<88 { XCTAssertTrue(seen.insert(checksum([UInt8](bytes[..<length]))).inserted) }
  }
}
