import Streams
import TestSupport
import Timing
import XCTest

/// What operators say of themselves: the demand and the deadline of what they are made of, and their own.
final class DemandTests: XCTestCase {
  /// A stream that is never ready and says what it was told to say.
  private struct Silent: Streams.Stream, ~Copyable {
    let demand: Int
    let nextDeadline: Instant

    init(_ demand: Int, _ deadline: UInt64 = 7) {
      self.demand = demand
      nextDeadline = Instant(nanoseconds: deadline)
    }

    mutating func poll(at now: Instant) -> Poll<Int, Never> { .pending }
  }

  /// The demand and the deadline, behind a poll.
  private func claims<Made: Streams.Stream & ~Copyable>(_ made: consuming Made) -> [UInt64] {
    guard case .pending = made.poll(at: .zero) else { return [] }
    return [UInt64(made.demand), made.nextDeadline.nanoseconds]
  }

  func testWithOneSourceItIsTheSources() {
    XCTAssertEqual(claims(Silent(3).map { $0 }), [3, 7])
    XCTAssertEqual(claims(Silent(3).compactMap { $0 }), [3, 7])
    XCTAssertEqual(claims(Silent(3).filter { $0 > 0 }), [3, 7])
    XCTAssertEqual(claims(Silent(3).scan(0) { $0 + $1 }), [3, 7])
    XCTAssertEqual(claims(Silent(3).take(2)), [3, 7])
    XCTAssertEqual(claims(Silent(3).drop(2)), [3, 7])
    XCTAssertEqual(claims(Silent(3).prefix { $0 > 0 }), [3, 7])
    XCTAssertEqual(claims(Silent(3).distinct()), [3, 7])
    XCTAssertEqual(claims(Silent(3).tap { _ in }), [3, 7])
  }

  func testJoinedDemandsAddUpAndTheEarliestDeadlineCounts() {
    XCTAssertEqual(claims(Silent(3).merge(Silent(4, 5))), [7, 5])
    XCTAssertEqual(claims(Silent(3, 5).merge(Silent(4))), [7, 5])
    XCTAssertEqual(claims(Silent(3).merge(byPriority: Silent(4, 5))), [7, 5])
    XCTAssertEqual(claims(Silent(3).concat(Silent(4, 5))), [7, 7], "the second is not asked yet")
    XCTAssertEqual(claims(Silent(3).zip(Silent(4, 5)) { $0 + $1 }), [8, 7], "the second is not asked yet")
  }

  func testTimedOperatorsAddWhatTheyHoldAndTheirOwnDeadline() {
    let (five, nine) = (Timing.Duration.nanoseconds(5), Timing.Duration.nanoseconds(9))
    XCTAssertEqual(claims(Silent(3).buffer(count: Limit<4>(), time: five)), [6, 7])
    XCTAssertEqual(claims(Silent(3).debounce(quiet: five)), [4, 7])
    XCTAssertEqual(claims(Silent(3).sample(every: five)), [4, 7])
    XCTAssertEqual(claims(Silent(3).throttle(TokenRate(every: five))), [3, 7])
    XCTAssertEqual(claims(Silent(3).timeout(after: five)), [3, 5])
    XCTAssertEqual(claims(Silent(3).timeout(after: nine)), [3, 7])
    let backoff = Backoff(first: five, longest: five)
    XCTAssertEqual(claims(Retry(limit: 2, backoff: backoff, context: 3) { Silent($0) }), [3, 7])
  }

  func testFlatteningAddsTheOpenStreamsAndThePlaces() {
    XCTAssertEqual(claims(Silent(3).flatMap(atOnce: Limit<4>()) { _ in Silent(2, 5) }), [7, 7])
    XCTAssertEqual(
      claims(InlineList<1, Int>(1).stream().flatMap(atOnce: Limit<4>()) { _ in Silent(2, 5) }), [6, 5])
  }
}

extension InlineList where Message == Int {
  fileprivate init(_ message: Int) {
    self.init()
    _ = append(message)
  }
}
