import Streams
import TestSupport
import Timing
import XCTest

final class DebounceTests: XCTestCase {
  private let two = Timing.Duration.milliseconds(2)

  func testTheTable() {
    let (two, three) = (two, Timing.Duration.milliseconds(3))
    expect(
      // Alone, in a flurry, at the very moment the quiet time is over.
      marbleRow("a---b---|", "--a---b-|", balance: .some) { $0.debounce(quiet: two) },
      marbleRow("abc----d---|", "----c----d-|", balance: .some) { $0.debounce(quiet: two) },
      marbleRow("a--b----|", "---a--b-|", balance: .some) { $0.debounce(quiet: three) },
      marbleRow("(abc)--d-|", "--c--(d|)", balance: .some) { $0.debounce(quiet: two) },
      // As long as they keep coming, nothing.
      marbleRow("abcdefghi---|", "----------i-|", balance: .some) { $0.debounce(quiet: two) },
      // The end, with and without a message held.
      marbleRow("|", "|", balance: .some) { $0.debounce(quiet: two) },
      marbleRow("-ab|", "---(b|)", balance: .some) { $0.debounce(quiet: two) },
      marbleRow("-a-|", "---(a|)", balance: .some) { $0.debounce(quiet: two) },
      // A failure: what was held first; behind it goes on.
      marbleRow("a#-b---|", "-(a#)---b-|", balance: .some) { $0.debounce(quiet: two) },
      marbleRow("#(a#)|", "#(a#)|", balance: .some) { $0.debounce(quiet: two) },
      // No quiet time: the last of what is ready.
      marbleRow("a(bc)-d|", "ac-d|", balance: .some) { $0.debounce(quiet: .zero) },
      // A source that never ends or never begins.
      marbleRow("ab", "---b", balance: .some) { $0.debounce(quiet: two) },
      marbleRow("", "", balance: .some) { $0.debounce(quiet: two) })
  }

  func testASlowReaderGetsWhatWasQuietFirst() {
    let two = two
    expect(
      // Polled in the ticks 0, 8, 16: `c` was the last taken in 0, what came meanwhile starts its quiet time in 8.
      marbleRow("(ac)---d-e-----f-|", "c-------e-------(f|)", balance: .some, pace: .inBursts) {
        $0.debounce(quiet: .zero)
      },
      marbleRow("(ac)---d-e-----f-|", "--------c-------(ef|)", balance: .some, pace: .inBursts) {
        $0.debounce(quiet: two)
      },
      marbleRow("(ac)---d-e-----f-------|", "--------c-------e-------(f|)", balance: .some, pace: .inBursts) {
        $0.debounce(quiet: two)
      })
  }

  func testFarJumpsAndEndlessTimes() {
    var stream = MarbleSource<Int>("1").debounce(quiet: .seconds(1))
    XCTAssertEqual(describe(stream.poll(at: .zero)), "pending")
    XCTAssertEqual(stream.nextDeadline, .zero + .seconds(1))
    XCTAssertEqual(describe(stream.poll(at: Instant(nanoseconds: .max - 1))), "1")
    var patient = MarbleSource<Int>("1-|").debounce(quiet: Duration(nanoseconds: .max))
    XCTAssertEqual(describe(patient.poll(at: Instant(nanoseconds: 5))), "pending")
    XCTAssertEqual(patient.nextDeadline, MarbleScript.instant(ofTick: 2))
    XCTAssertEqual(describe(patient.poll(at: patient.nextDeadline)), "1")
    XCTAssertEqual(describe(patient.poll(at: patient.nextDeadline)), "ended")
  }

  /// A message comes out at the first poll its quiet time after it was taken, if no other was taken before that poll;
  /// when the end or a failure is met first, then with it.
  private func model(_ run: MarbleRun) -> MarbleScript {
    var out = MarbleScript()
    let arrivals = run.arrivals
    for (index, arrival) in arrivals.enumerated() {
      guard case .message = arrival.event else {
        out.note(arrival.event, at: MarbleScript.instant(ofTick: arrival.poll))
        continue
      }
      let next = index + 1 < arrivals.count ? arrivals[index + 1] : nil
      let due = run.poll(notBefore: arrival.poll + run.time) ?? .max
      var isReplaced = false
      if case .message? = next?.event { isReplaced = next!.poll < due }
      let tick = min(due, next?.poll ?? .max)
      if !isReplaced, tick < .max { out.note(arrival.event, at: MarbleScript.instant(ofTick: tick)) }
    }
    return out
  }

  func testRandomSchedules() {
    let disagreement = MarbleRun.disagreement(runs: 3000, model: model) {
      $0.source().debounce(quiet: .milliseconds(UInt64($0.time)))
    }
    XCTAssertNil(disagreement)
  }

  /// The controls: a wrong time and a late deadline are noticed.
  func testBrokenVariantsAreNoticed() {
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        $0.source().debounce(quiet: .milliseconds(UInt64($0.time + 1)))
      })
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        Overdue($0.source().debounce(quiet: .milliseconds(UInt64($0.time))))
      })
  }
}
