import TestSupport
import Wire
import XCTest

/// The checksum as RFC 1071, 4.1 writes it down: a pair of bytes at a time.
func plainChecksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
  var sum: UInt32 = 0
  for (index, byte) in bytes.enumerated() { sum += index % 2 == 0 ? UInt32(byte) << 8 : UInt32(byte) }
  while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
  return ~UInt16(sum)
}

final class InternetChecksumTests: XCTestCase {
  func testTheExampleOfRFC1071() {
    // Section 3: the words 0001 f203 f4f5 f6f7 sum up to ddf2.
    let bytes: [UInt8] = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]
    var checksum = InternetChecksum()
    checksum.add(bytes.rawBytes, at: 0, byteCount: 8)
    XCTAssertEqual(checksum.folded.byteSwapped, 0xDDF2)
    XCTAssertEqual(checksum.fieldLittleEndian.byteSwapped, ~0xDDF2)
  }

  func testAgreesWithThePlainSumAtAllLengthsAndOffsets() {
    var random = SeededRandom()
    for length in 0...200 {
      for offset in 0..<17 {
        let fill: UInt8? = length % 5 == 0 ? 0xFF : nil
        let bytes = (0..<offset + length + 3).map { _ in fill ?? UInt8.random(in: 0...255, using: &random) }
        var checksum = InternetChecksum()
        checksum.add(bytes.rawBytes, at: offset, byteCount: length)
        XCTAssertEqual(
          checksum.fieldLittleEndian.byteSwapped, plainChecksum(bytes[offset..<offset + length]),
          "length \(length), offset \(offset), seed \(random.seed)")
      }
    }
  }

  func testAgreesWithThePlainSumOverLongBytesInPieces() {
    var random = SeededRandom()
    for _ in 0..<300 {
      let length = Int.random(in: 0...1514, using: &random)
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      let cut = Int.random(in: 0...length / 2, using: &random) * 2
      var checksum = InternetChecksum()
      checksum.add(bytes.rawBytes, at: 0, byteCount: cut)
      checksum.add(bytes.rawBytes, at: cut, byteCount: length - cut)
      XCTAssertEqual(
        checksum.fieldLittleEndian.byteSwapped, plainChecksum(bytes[...]), "seed \(random.seed)")
    }
  }

  func testCarriesAreNotLost() {
    var checksum = InternetChecksum(partialSum: .max)
    checksum.add(littleEndianWord: .max)
    XCTAssertEqual(checksum.partialSum, .max)
    checksum.add(1)
    XCTAssertEqual(checksum.folded.byteSwapped, 1)
  }

  func testIntactMeansThatTheFieldIsRight() {
    var random = SeededRandom()
    for _ in 0..<500 {
      var bytes = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
      (bytes[10], bytes[11]) = (0, 0)
      let field = plainChecksum(bytes[...])
      (bytes[10], bytes[11]) = (UInt8(field >> 8), UInt8(field & 255))
      var checksum = InternetChecksum()
      checksum.add(bytes.rawBytes, at: 0, byteCount: 64)
      XCTAssertTrue(checksum.isIntact, "seed \(random.seed)")
      XCTAssertEqual(checksum.folded, .max, "seed \(random.seed)")
      bytes[Int.random(in: 0..<64, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
      var damaged = InternetChecksum()
      damaged.add(bytes.rawBytes, at: 0, byteCount: 64)
      XCTAssertFalse(damaged.isIntact, "seed \(random.seed)")
    }
  }

  func testUpdatingEqualsSummingAgain() {
    var random = SeededRandom()
    for _ in 0..<2000 {
      var bytes = (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }
      let old = plainChecksum(bytes[...])
      let (first, second) = (bytes[4], bytes[5])
      (bytes[4], bytes[5]) = (UInt8.random(in: 0...255, using: &random), .random(in: 0...255, using: &random))
      let updated = InternetChecksum.updated(
        old.byteSwapped, replacing: UInt16(first) | UInt16(second) << 8,
        with: UInt16(bytes[4]) | UInt16(bytes[5]) << 8)
      XCTAssertEqual(updated.byteSwapped, plainChecksum(bytes[...]), "seed \(random.seed)")
    }
    // The example of RFC 1624, 4: field dd2f, word 5555 becomes 3285, the new field is 0000.
    let example = InternetChecksum.updated(
      UInt16(0xDD2F).byteSwapped, replacing: UInt16(0x5555).byteSwapped, with: UInt16(0x3285).byteSwapped)
    XCTAssertEqual(example, 0)
  }
}
