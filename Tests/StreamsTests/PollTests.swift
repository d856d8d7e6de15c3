import Streams
import XCTest

/// Something that cannot be copied and knows how many of it there are.
private struct Token: ~Copyable {
  final class Count { var alive = 0 }
  private let count: Count
  let number: Int

  init(_ number: Int, _ count: Count) {
    self.number = number
    self.count = count
    count.alive += 1
  }

  deinit { count.alive -= 1 }
}

final class PollTests: XCTestCase {
  private func describe(_ poll: Poll<Int, Never>) -> String {
    switch poll {
    case .ready(let value): "ready \(value)"
    case .ended: "ended"
    case .pending: "pending"
    }
  }

  func testAPollOfACopyableValueIsCopyable() {
    let poll = Poll<Int, Never>.ready(7)
    let copy = poll
    XCTAssertEqual(describe(poll), "ready 7")
    XCTAssertEqual(describe(copy), "ready 7")
    XCTAssertEqual(describe(.pending), "pending")
    XCTAssertEqual(describe(.ended), "ended")
  }

  func testAnOwnedValueIsMovedOutAndEndsOnce() {
    let count = Token.Count()
    let poll = Poll<Token, Never>.ready(Token(5, count))
    XCTAssertEqual(count.alive, 1)
    switch consume poll {
    case .ready(let token): XCTAssertEqual(token.number, 5)
    default: XCTFail("it was ready")
    }
    XCTAssertEqual(count.alive, 0)
  }
}
