import Streams
import TestSupport
import Timing
import XCTest

final class RetryTests: XCTestCase {
  /// The attempts there are, one after the other.
  private typealias Spares = InlineList<3, MarbleSource<Marble>>
  private typealias Retried = Retry<Spares, MarbleSource<Marble>>

  private static func backoff(_ first: Int, _ longest: Int) -> Backoff {
    Backoff(first: .milliseconds(UInt64(first)), longest: .milliseconds(UInt64(longest)))
  }

  /// What comes out of three attempts with waits of 2, 4 and then 5 ticks.
  private func retryRow(
    _ first: String, _ second: String, _ third: String, _ expected: String, limit: Int,
    pace: MarblePace? = nil,
    line: UInt = #line
  ) -> MarbleRow {
    marbleRow(first, second, third, expected, pace: pace, line: line) { first, second, third in
      var spares = Spares()
      _ = spares.append(first)
      _ = spares.append(second)
      _ = spares.append(third)
      return Retried(limit: limit, backoff: Self.backoff(2, 5), context: spares) { $0.head()! }
    }
  }

  func testTheTable() {
    expect(
      // Without a failure nothing changes.
      retryRow("ab|", "", "", "ab|", limit: 3),
      retryRow("", "", "", "", limit: 3),
      // The wait is 2, then 4; what is due meanwhile comes behind it.
      retryRow("a#", "----b|", "", "a---b|", limit: 3),
      retryRow("a#", "b|", "", "a--(b|)", limit: 3),
      retryRow("#", "#", "a|", "------(a|)", limit: 3),
      retryRow("#", "---#", "a-----b--|", "-------(ab)-|", limit: 3),
      // The last failure after as many attempts as allowed; asking again starts over.
      retryRow("#", "#", "a|", "--(#a|)", limit: 2),
      retryRow("a#b|", "c|", "", "a(#c|)", limit: 1),
      // A message makes the next failure the first again.
      retryRow("#", "--a-#", "------b|", "--a---b|", limit: 2),
      // Polled in 0, 3, 6: one message or attempt at a time.
      retryRow("a#", "b|", "", "a-----b--|", limit: 3, pace: .slowly),
      retryRow("#", "#", "a|", "----------------(a|)", limit: 3, pace: .inBursts))
  }

  func testTheWaitsDoubleUpToTheLongest() {
    let backoff = Backoff(first: .milliseconds(3), longest: .milliseconds(20))
    XCTAssertEqual(
      [1, 2, 3, 4, 5, 64, 65, 1000].map { backoff.delay(afterFailures: $0).nanoseconds / 1_000_000 },
      [3, 6, 12, 20, 20, 20, 20, 20])
    let wide = Backoff(first: .nanoseconds(1), longest: Duration(nanoseconds: .max))
    XCTAssertEqual(wide.delay(afterFailures: 64).nanoseconds, 1 << 63)
    XCTAssertEqual(wide.delay(afterFailures: 65).nanoseconds, .max)
    let even = Backoff(first: .nanoseconds(5), longest: .nanoseconds(5))
    XCTAssertEqual(even.delay(afterFailures: 2), .nanoseconds(5))
  }

  /// Fails until it is the attempt with the lucky number.
  private struct Attempt: Streams.Future {
    struct Failure: Error, Equatable { let number: Int }
    struct Log {
      var made = 0
      let lucky: Int
      mutating func next() -> Attempt {
        made += 1
        return Attempt(number: made, isLucky: made == lucky)
      }
    }
    let number: Int
    let isLucky: Bool
    mutating func poll(at now: Instant) -> Poll<Int, Failure> {
      isLucky ? .ready(number) : .failed(Failure(number: number))
    }
  }

  func testAFutureIsTriedAgainOncePerPollHoweverFarTimeJumps() {
    var future = Retry(
      limit: .max, backoff: Backoff(first: .seconds(1), longest: .seconds(3)), context: Attempt.Log(lucky: 4)
    ) { $0.next() }
    XCTAssertEqual(describe(future.poll(at: .zero)), "pending")
    XCTAssertEqual(future.nextDeadline, .zero + .seconds(1))
    XCTAssertEqual(describe(future.poll(at: .zero + .milliseconds(999))), "pending")
    XCTAssertEqual(future.nextDeadline, .zero + .seconds(1))
    XCTAssertEqual(describe(future.poll(at: .zero + .seconds(1000))), "pending")
    XCTAssertEqual(future.nextDeadline, .zero + .seconds(1002))
    XCTAssertEqual(describe(future.poll(at: .zero + .seconds(1002))), "pending")
    XCTAssertEqual(future.nextDeadline, .zero + .seconds(1005))
    XCTAssertEqual(describe(future.poll(at: .zero + .seconds(1005))), "4")
  }

  func testTheLastFailureIsHandedOn() {
    var future = Retry(
      limit: 2, backoff: Backoff(first: .seconds(1), longest: .seconds(1)), context: Attempt.Log(lucky: 0)
    ) { $0.next() }
    for number in [2, 4, 6] {
      let now = Instant.zero + .seconds(UInt64(number))
      XCTAssertEqual(describe(future.poll(at: now)), "pending")
      guard case .failed(let failure) = future.poll(at: now + .seconds(1)) else { return XCTFail("it fails") }
      XCTAssertEqual(failure.number, number)
    }
  }

  /// Cuts a run's script behind each failure: these are the attempts.
  private struct Attempts {
    private var scripts = [MarbleScript()]
    private let run: MarbleRun

    init(_ run: MarbleRun) {
      self.run = run
      for (tick, event) in run.events {
        scripts[scripts.count - 1].note(event, at: MarbleScript.instant(ofTick: tick))
        if event == .failure { scripts.append(MarbleScript()) }
      }
    }

    mutating func next() -> MarbleSource<Marble> {
      MarbleSource(scripts.removeFirst().text, run.probe, run.population)
    }
  }

  private func model(_ run: MarbleRun) -> MarbleScript {
    var out = MarbleScript()
    var (failures, due) = (0, run.polls[0])
    for (tick, event) in run.events {
      guard let poll = run.poll(notBefore: max(tick, due)) else { break }
      due = poll
      if event != .failure || failures + 1 == run.count {
        out.note(event, at: MarbleScript.instant(ofTick: poll))
        failures = 0
        continue
      }
      failures += 1
      due += min(run.time << (failures - 1), run.time * 3)
    }
    return out
  }

  private func retry(
    _ run: MarbleRun, limit: Int, growing growth: Int = 3
  ) -> Retry<Attempts, MarbleSource<Marble>> {
    Retry(limit: limit, backoff: Self.backoff(run.time, run.time * growth), context: Attempts(run)) {
      $0.next()
    }
  }

  func testRandomSchedules() {
    XCTAssertNil(MarbleRun.disagreement(runs: 3000, model: model) { self.retry($0, limit: $0.count) })
  }

  /// The controls: one attempt too many, waits that do not grow, and a late deadline are noticed.
  func testBrokenVariantsAreNoticed() {
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 300, seed: 1, model: model) { self.retry($0, limit: $0.count + 1) })
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 300, seed: 1, model: model) {
        self.retry($0, limit: $0.count, growing: 1)
      })
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 300, seed: 1, model: model) {
        Overdue(self.retry($0, limit: $0.count))
      })
  }
}
