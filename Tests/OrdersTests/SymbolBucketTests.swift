import Orders
import TestSupport
import XCTest

final class SymbolBucketTests: XCTestCase {
  /// Journals depend on them: they may never change.
  func testBucketsAreWhatTheyWere() {
    let buckets: [(String, UInt8)] = [
      ("AAPL", 79),
      ("MSFT", 9),
      ("A", 212),
      ("BRK.A", 254),
      ("SLUICE", 38),
      ("ZVZZT", 38),
      ("7203.T", 44),
      ("ABCDEFGH", 51),
      ("", 20),
    ]
    for (symbol, bucket) in buckets { XCTAssertEqual(Symbol(symbol).bucket, bucket, symbol) }
  }

  /// What a symbol is like at venues here and there: letters, numbers, suffixes, numbered tests.
  private let families: [(name: String, symbols: [String])] = {
    let letters = (0..<26).map { String(UnicodeScalar(UInt8(ascii: "A") + UInt8($0))) }
    let words = letters.flatMap { a in letters.flatMap { b in letters.map { a + b + $0 } } }
    let numbers = 0..<4096
    return [
      ("three letters", Array(words.prefix(4096))),
      ("four letters", words.prefix(4096).map { "Z" + $0 }),
      ("five letters", words.suffix(4096).map { "QX" + $0 }),
      ("suffixes", words.prefix(1024).flatMap { [$0, $0 + ".A", $0 + ".B", $0 + ".WS"] }),
      ("numbers", numbers.map { String(1000 + $0) }),
      ("numbers and market", numbers.map { String(1000 + $0) + ".T" }),
      ("numbered names", numbers.map { "SYM" + String($0) }),
      ("long numbers", numbers.map { "S" + String(1_000_000 + $0) }),
    ]
  }()

  private func mostInOneBucket(_ symbols: [String], bucket: (Symbol) -> UInt8) -> Int {
    var counts = [Int](repeating: 0, count: Symbol.bucketCount)
    for symbol in symbols { counts[Int(bucket(Symbol(symbol)))] += 1 }
    return counts.max()!
  }

  func testSymbolsSpreadOverAllBuckets() {
    for (name, symbols) in families {
      XCTAssertEqual(Set(symbols).count, 4096, name)
      XCTAssertLessThanOrEqual(mostInOneBucket(symbols) { $0.bucket }, 3 * 4096 / Symbol.bucketCount, name)
    }
    // Not of one kind only: names of random letters, one to four of them.
    var random = SeededRandom(seed: 1)
    var names: Set<String> = []
    while names.count < 4096 {
      let count = [1, 2, 3, 3, 4, 4, 4, 4].randomElement(using: &random)!
      names.insert(
        String((0..<count).map { _ in "ABCDEFGHIJKLMNOPQRSTUVWXYZ".randomElement(using: &random)! }))
    }
    XCTAssertLessThanOrEqual(mostInOneBucket(Array(names)) { $0.bucket }, 3 * 4096 / Symbol.bucketCount)
  }

  /// The control: a sum of the bytes is no hash, and is seen not to be one.
  func testABadHashIsNoticed() {
    let isNoticed = families.contains { family in
      mostInOneBucket(family.symbols) { symbol in
        (0..<8).reduce(0) { $0 &+ UInt8(truncatingIfNeeded: symbol.rawValue >> (8 * UInt64($1))) }
      } > 3 * 4096 / Symbol.bucketCount
    }
    XCTAssertTrue(isNoticed)
  }
}
