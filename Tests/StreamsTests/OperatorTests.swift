import Streams
import TestSupport
import Timing
import XCTest

/// Operators with one source, as marble tables: what goes in, what comes out.
final class OperatorTests: XCTestCase {
  func testMap() {
    expect(
      row("a-b--c|", "A-B--C|") { $0.map { Character($0.uppercased()) } },
      row("a-#-(bc)|", "A-#-(BC)|") { $0.map { Character($0.uppercased()) } },
      row("|", "|") { $0.map { Character($0.uppercased()) } },
      row("abc|", "A--B--C--|", pace: .slowly) { $0.map { Character($0.uppercased()) } },
      marbleRow("a-#b|", "a-#b|") { $0.map { $0 } })
  }

  func testCompactMap() {
    expect(
      numberRow("12-3(45)|", "-4--5|", balance: .some) {
        $0.compactMap { $0 % 2 == 0 ? $0 * 2 % 3 + 3 : nil }
      },
      numberRow("11#1-", "--#", balance: .some) { $0.compactMap { $0 > 1 ? $0 : nil } },
      marbleRow("a-bxc|", "a-b-c|", balance: .some) { $0.compactMap { $0.symbol == "x" ? nil : consume $0 } })
  }

  func testFilter() {
    expect(
      row("axb-x#xc|", "a-b--#-c|", balance: .some) { $0.filter { $0 != "x" } },
      row("(xxxa)x|", "a-|", balance: .some) { $0.filter { $0 != "x" } },
      row("xaxb|", "---a--b--|", balance: .some, pace: .slowly) { $0.filter { $0 != "x" } },
      marbleRow("axb-x#xc|", "a-b--#-c|", balance: .some) { $0.filter { $0.symbol != "x" } })
  }

  func testScan() {
    expect(
      numberRow("1-2-3|", "1-3-6|") {
        $0.scan(0) {
          $0 += $1; return $0
        }
      },
      numberRow("1-#-3|", "1-#-4|") {
        $0.scan(0) {
          $0 += $1; return $0
        }
      },
      marbleRow("a-b|", "a-b|") {
        $0.scan(0) {
          $0 += 1; return $1
        }
      })
  }

  func testTake() {
    expect(
      row("a-b-c|", "a-(b|)") { $0.take(2) },
      row("a-b-c|", "|") { $0.take(0) },
      row("a-b|", "a-b|") { $0.take(3) },
      row("a-b|", "a-(b|)") { $0.take(2) },
      row("a#b-c", "a#(b|)") { $0.take(2) },
      marbleRow("a-b-c|", "a-(b|)") { $0.take(2) })
  }

  func testDrop() {
    expect(
      row("a-b-c|", "----c|", balance: .some) { $0.drop(2) },
      row("a-b-c|", "a-b-c|") { $0.drop(0) },
      row("a-b|", "---|", balance: .some) { $0.drop(3) },
      row("(ab)#(cd)|", "-#d|", balance: .some) { $0.drop(3) },
      row("abc|", "--c|", balance: .some) { $0.drop(2) },
      marbleRow("a-b-c|", "----c|", balance: .some) { $0.drop(2) })
  }

  func testPrefix() {
    expect(
      row("a-b-xc|", "a-b-|", balance: .some) { $0.prefix { $0 != "x" } },
      row("a#b|", "a#b|") { $0.prefix { $0 != "x" } },
      row("x|", "|", balance: .some) { $0.prefix { $0 != "x" } },
      marbleRow("a-b-xc|", "a-b-|", balance: .some) { $0.prefix { $0.symbol != "x" } })
  }

  func testDistinct() {
    expect(
      row("aab-b-(aac)|", "a-b---(ac)|", balance: .some) { $0.distinct() },
      row("a#ab|", "a#-b|", balance: .some) { $0.distinct() },
      row("|", "|") { $0.distinct() })
  }

  func testTap() {
    expect(
      row("a-#(bc)|", "a-#(bc)|") { $0.tap { _ in } },
      marbleRow("a-#(bc)|", "a-#(bc)|") { $0.tap { _ in } })
    final class Seen { var text = "" }
    let seen = Seen()
    var stream = MarbleSource<Marble>("(abc)|").tap { seen.text.append($0.symbol) }
    for expected in ["a", "ab", "abc"] {
      guard case .ready(let marble) = stream.poll(at: .zero) else { return XCTFail("three were ready") }
      XCTAssertEqual(seen.text, expected)
      XCTAssertEqual(marble.symbol, expected.last)
    }
  }
}
