import Streams
import TestSupport
import Timing
import XCTest

final class ThrottleTests: XCTestCase {
  private static func rate(_ ticks: Int, _ burst: Int = 1) -> TokenRate {
    TokenRate(every: .milliseconds(UInt64(ticks)), burst: burst)
  }

  func testTheTable() {
    expect(
      // One at a time; what comes slower than the rate is left alone.
      marbleRow("(abc)|", "a-b-c-|") { $0.throttle(Self.rate(2)) },
      marbleRow("abc---|", "a-b-c-|") { $0.throttle(Self.rate(2)) },
      marbleRow("a--b--c--|", "a--b--c--|") { $0.throttle(Self.rate(2)) },
      marbleRow("a--b--c--|", "a--b--c--|") { $0.throttle(Self.rate(3)) },
      // A bucket starts full, and is full again after being idle, no fuller.
      marbleRow("(abcd)|", "(ab)--c--d--|") { $0.throttle(Self.rate(3, 2)) },
      marbleRow("a-----(bcde)---|", "a-----(bc)-d-e-|") { $0.throttle(Self.rate(2, 2)) },
      // The end and a failure wait for a token, and take none.
      marbleRow("|", "|") { $0.throttle(Self.rate(2)) },
      marbleRow("a|", "a--|") { $0.throttle(Self.rate(3)) },
      marbleRow("a#b|", "a-(#b)-|") { $0.throttle(Self.rate(2)) },
      marbleRow("(##a)|", "(##a)-|") { $0.throttle(Self.rate(2)) },
      marbleRow("", "") { $0.throttle(Self.rate(2)) },
      // A slow reader finds a token at each of its polls, and no more than the bucket holds.
      marbleRow("(abc)|", "a--b--c--|", pace: .slowly) { $0.throttle(Self.rate(2)) },
      marbleRow("(abcdef)|", "(ab)-------(cd)-------(ef)-------|", pace: .inBursts) {
        $0.throttle(Self.rate(1, 2))
      })
  }

  func testTokensDoNotDriftUnderPressure() {
    var random = SeededRandom()
    var stream = Endless().throttle(TokenRate(every: .nanoseconds(7), burst: 3))
    var (now, count) = (UInt64(1000), UInt64(0))
    // Up to two intervals late, so that the bucket is never full but at first: no token may get lost.
    while now < 100_000 {
      let due = 3 + (now - 1000) / 7
      while count <= due, case .ready = stream.poll(at: Instant(nanoseconds: now)) { count += 1 }
      guard count == due else { return XCTFail("\(count) instead of \(due) SEED=\(random.seed)") }
      XCTAssertEqual(stream.nextDeadline.nanoseconds, 1000 + (count - 2) * 7, "SEED=\(random.seed)")
      now = stream.nextDeadline.nanoseconds + UInt64.random(in: 0...13, using: &random)
    }
  }

  func testLongIdleTimesAndTheLongestRate() {
    var stream = Endless().throttle(TokenRate(every: .nanoseconds(1), burst: .max >> 1))
    for now in [0, 1 << 40, 1 << 62, .max >> 1] as [UInt64] {
      XCTAssertEqual(describe(stream.poll(at: Instant(nanoseconds: now))), "0")
    }
    var slow = Endless().throttle(TokenRate(every: .nanoseconds(1 << 62)))
    XCTAssertEqual(describe(slow.poll(at: .zero)), "0")
    XCTAssertEqual(describe(slow.poll(at: .zero + .seconds(1))), "pending")
    let next = Instant(nanoseconds: 1 << 62)
    XCTAssertEqual(slow.nextDeadline, next)
    XCTAssertEqual(describe(slow.poll(at: next)), "0")
    XCTAssertEqual(describe(slow.poll(at: next)), "pending")
  }

  /// A bucket that is filled drop by drop: in each tick one, and a token is `time` drops.
  private func model(_ run: MarbleRun) -> MarbleScript {
    var out = MarbleScript()
    let polls = Set(run.polls)
    var (drops, events) = (run.time * run.count, run.events[...])
    for tick in 0...run.polls.last! {
      if tick > 0 { drops = min(drops + 1, run.time * run.count) }
      guard polls.contains(tick) else { continue }
      while drops >= run.time, let next = events.first, next.tick <= tick {
        out.note(next.event, at: MarbleScript.instant(ofTick: tick))
        if case .message = next.event { drops -= run.time }
        events.removeFirst()
      }
    }
    return out
  }

  func testRandomSchedules() {
    XCTAssertNil(
      MarbleRun.disagreement(runs: 1500, model: model) { $0.source().throttle(Self.rate($0.time, $0.count)) })
  }

  /// The controls: one too many, a token too early, and a late deadline are noticed.
  func testBrokenVariantsAreNoticed() {
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        $0.source().throttle(Self.rate($0.time, $0.count + 1))
      })
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        $0.source().throttle(
          TokenRate(every: .nanoseconds(UInt64($0.time) * 1_000_000 - 400_000), burst: $0.count))
      })
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        Overdue($0.source().throttle(Self.rate($0.time, $0.count)))
      })
  }
}

/// Always ready.
private struct Endless: Streams.Stream {
  mutating func poll(at now: Instant) -> Poll<Int, Never> { .ready(0) }
}
