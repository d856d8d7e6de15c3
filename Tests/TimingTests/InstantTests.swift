import Timing
import XCTest

final class InstantTests: XCTestCase {
  func testAddingSaturatesAtNever() {
    XCTAssertEqual(Instant(nanoseconds: 5) + .nanoseconds(7), Instant(nanoseconds: 12))
    XCTAssertEqual(Instant(nanoseconds: .max - 1) + .seconds(1), .never)
  }

  func testSinceIsNeverNegative() {
    let early = Instant(nanoseconds: 10)
    let late = Instant(nanoseconds: 25)
    XCTAssertEqual(late.since(early), .nanoseconds(15))
    XCTAssertEqual(early.since(late), .zero)
  }

  func testUnits() {
    XCTAssertEqual(Duration.seconds(1), .milliseconds(1_000))
    XCTAssertEqual(Duration.milliseconds(1), .microseconds(1_000))
    XCTAssertLessThan(Duration.microseconds(1), .nanoseconds(1_001))
  }
}
