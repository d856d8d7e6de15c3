import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// A consumer that says pending so many times, and counts how often it is asked.
private struct Late: Consumer {
  var pendingCount: Int
  var polls = 0
  var capacity: Int { 1 }

  mutating func poll(at now: Instant) -> Poll<Int, Never> {
    polls += 1
    return polls <= pendingCount ? .pending : .ready(7)
  }
}

final class SpinTests: XCTestCase {
  func testAMessageWithinTheLooksIsTaken() {
    var late = Late(pendingCount: 3)
    guard case .ready(7) = late.poll(at: .zero, looks: 4) else { return XCTFail("the fourth look finds it") }
    XCTAssertEqual(late.polls, 4)
  }

  func testTheLooksAreBounded() {
    for (looks, expected) in [(3, 3), (1, 1), (0, 1), (-5, 1)] {
      var late = Late(pendingCount: 100)
      guard case .pending = late.poll(at: .zero, looks: looks) else { return XCTFail("there is nothing yet") }
      XCTAssertEqual(late.polls, expected)
    }
  }

  func testTheEndIsTold() throws {
    let memory = TestArena(byteCount: 1 << 16)
    let ends = try Channel<Int>.create(.link, over: .vec, QueueProperties(capacity: 2), in: &memory.arena)
      .link()
    var consumer = ends.consumer
    _ = consume ends.producer
    guard case .ended = consumer.poll(at: .zero, looks: 1_000_000) else {
      return XCTFail("the producer is gone")
    }
    withExtendedLifetime(memory) {}
  }
}
