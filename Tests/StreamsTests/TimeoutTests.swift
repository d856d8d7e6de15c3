import Streams
import TestSupport
import Timing
import XCTest

final class TimeoutTests: XCTestCase {
  func testTheTable() {
    let (two, three) = (Timing.Duration.milliseconds(2), Timing.Duration.milliseconds(3))
    expect(
      // In time, even in the last moment; too late; and again.
      marbleRow("a-b--c|", "a-b--c|") { $0.timeout(after: three) },
      marbleRow("a--b--c--|", "a--b--c--|") { $0.timeout(after: three) },
      marbleRow("a---b|", "a--!b|") { $0.timeout(after: three) },
      marbleRow("-----|", "---!-|") { $0.timeout(after: three) },
      marbleRow("", "---!--!", ticks: 7) { $0.timeout(after: three) },
      // The end is in time; a failure is handed on and does not restart the clock.
      marbleRow("|", "|") { $0.timeout(after: three) },
      marbleRow("a--|", "a--|") { $0.timeout(after: three) },
      marbleRow("a#--|", "a#-!|") { $0.timeout(after: three) },
      marbleRow("a--#-|", "a--(#!)-|") { $0.timeout(after: three) },
      // Whoever asks late still gets what is there.
      marbleRow("abcd|", "a--b--c--d--|", pace: .slowly) { $0.timeout(after: two) },
      marbleRow("a--------bc|", "a-------!-------(bc|)", pace: .inBursts) { $0.timeout(after: two) })
  }

  func testTheFailuresHaveTypes() {
    var stream = MarbleSource<Int>("#").timeout(after: .seconds(1))
    guard case .failed(.source(MarbleFailure())) = stream.poll(at: .zero) else {
      return XCTFail("its own failure")
    }
    XCTAssertEqual(describe(stream.poll(at: .zero)), "pending")
    XCTAssertEqual(stream.nextDeadline, .zero + .seconds(1))
    guard case .failed(.timedOut) = stream.poll(at: .zero + .seconds(500)) else { return XCTFail("in time") }
    XCTAssertEqual(describe(stream.poll(at: .zero + .seconds(500))), "pending")
    XCTAssertEqual(stream.nextDeadline, .zero + .seconds(501))
  }

  func testTheBoundsOfPatience() {
    var hasty = MarbleSource<Int>("1-2").timeout(after: .zero)
    XCTAssertEqual(describe(hasty.poll(at: .zero)), "1")
    XCTAssertEqual(describe(hasty.poll(at: .zero)), "timedOut")
    var patient = MarbleSource<Int>("").timeout(after: Duration(nanoseconds: .max))
    XCTAssertEqual(describe(patient.poll(at: Instant(nanoseconds: 5))), "pending")
    XCTAssertEqual(patient.nextDeadline, .never)
  }

  private func model(_ run: MarbleRun) -> MarbleScript {
    var out = MarbleScript()
    var latest = run.polls[0]
    func timeOut(before poll: Int) {
      while let late = run.poll(notBefore: latest + run.time), late < poll {
        out.note(.otherFailure, at: MarbleScript.instant(ofTick: late))
        latest = late
      }
    }
    for arrival in run.arrivals {
      timeOut(before: arrival.poll)
      out.note(arrival.event, at: MarbleScript.instant(ofTick: arrival.poll))
      if case .message = arrival.event { latest = arrival.poll }
      if case .end = arrival.event { return out }
    }
    timeOut(before: .max)
    return out
  }

  func testRandomSchedules() {
    XCTAssertNil(
      MarbleRun.disagreement(runs: 1500, model: model) {
        $0.source().timeout(after: .milliseconds(UInt64($0.time)))
      })
  }

  /// The controls: less patience and a late deadline are noticed.
  func testBrokenVariantsAreNoticed() {
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        $0.source().timeout(after: .nanoseconds(UInt64($0.time) * 1_000_000 - 1))
      })
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        Overdue($0.source().timeout(after: .milliseconds(UInt64($0.time))))
      })
  }
}
