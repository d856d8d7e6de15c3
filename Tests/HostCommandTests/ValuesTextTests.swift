import Orders
import Sessions
import XCTest

@testable import sluice

final class ValuesTextTests: XCTestCase {
  func testPricesAreReadExactly() {
    XCTAssertEqual(Price(text: "10")?.tenThousandths, 100_000)
    XCTAssertEqual(Price(text: "10.25")?.tenThousandths, 102_500)
    XCTAssertEqual(Price(text: "0.0001")?.tenThousandths, 1)
    XCTAssertEqual(Price(text: "199999.99")?.text, "199999.9900")
    for text in [
      "", ".", "10.", ".5", "-1", "1.00001", "1e3", "10,25", "99999999999999999999", "1.2.3", "+1", "1.+5",
    ] {
      XCTAssertNil(Price(text: text), text)
    }
  }

  func testClientNamesArePaddedAndChecked() {
    XCTAssertEqual(ClientName(text: "DESK 1")?.text, "DESK 1")
    XCTAssertEqual(ClientName(text: "ABCDEFGHIJ")?.text, "ABCDEFGHIJ")
    for text in ["", "   ", "ABCDEFGHIJK", "tab\t", "\u{E9}"] { XCTAssertNil(ClientName(text: text), text) }
  }

  func testTimesOfDay() {
    XCTAssertEqual(timeOfDay(0), "00:00:00.000000000")
    XCTAssertEqual(timeOfDay(86_399_999_999_999), "23:59:59.999999999")
  }

  func testSymbolsLoseOnlyTheirPadding() {
    XCTAssertEqual(Symbol(text: "AAPL".utf8)?.text, "AAPL")
    XCTAssertEqual(Symbol(rawValue: 0x2020_2020_2042_0041).text, "A.B")
    XCTAssertEqual(ClientOrderID(text: "order 1".utf8)?.text, "order 1")
  }
}
