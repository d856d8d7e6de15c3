import Streams
import TestSupport
import Timing
import XCTest

/// What should come of three answers, asked from `start` on: the plain reference.
private func model(_ answers: [Answer], _ start: Int) -> String {
  for step in 0..<answers.count {
    let index = (start + step) % answers.count
    if answers[index] == .ready { return "\(index) \(index)" }
    if answers[index] == .failed { return "\(index) failed" }
  }
  return answers.contains(.pending) ? "pending" : "ended"
}

private func everyTriple() -> [[Answer]] {
  let all = Answer.allCases
  return all.flatMap { first in all.flatMap { second in all.map { [first, second, $0] } } }
}

private func due(_ index: Int) -> Instant { Instant(nanoseconds: UInt64(30 - 10 * index)) }

/// Polls what is made of each triple of answers and each start twice, and compares with the reference.
private func complaints<Made: Streams.Future & ~Copyable>(
  _ make: (Int, (Int) -> Scripted) -> Made
) -> [String] where Made.Message == Indexed<Marble>, Made.Failure == Indexed<MarbleFailure> {
  var complaints: [String] = []
  for answers in everyTriple() {
    for start in 0..<3 {
      let census = Census()
      let name = "\(answers) from \(start)"
      do {
        var made = make(start) { Scripted(answers[$0], Character("\($0)"), due: due($0), in: census) }
        let (found, expected) = (place(made.poll(at: .zero)), model(answers, start))
        if found != expected { complaints.append("\(name): \(found) instead of \(expected)") }
        let waiting = expected == "pending" ? (0..<3).filter { answers[$0] == .pending } : []
        if census.alive != waiting.count { complaints.append("\(name): \(census.alive) alive") }
        if made.nextDeadline != waiting.map(due).min() ?? .never { complaints.append("\(name): deadline") }
        let next = place(made.poll(at: .zero))
        if next != (waiting.isEmpty ? "ended" : "pending") { complaints.append("\(name): then \(next)") }
      }
      if census.alive != 0 { complaints.append("\(name): leaked") }
    }
  }
  return complaints
}

final class FirstOfManyTests: XCTestCase {
  func testEveryTripleOfAnswers() {
    XCTAssertEqual(complaints { FirstOfMany<3, Scripted>(startingAt: $0, $1) }, [])
  }

  func testNoneAndOne() {
    var none = FirstOfMany<0, Sleep> { _ in Sleep(until: .never) }
    guard case .ended = none.poll(at: .zero) else { return XCTFail("nothing to wait for") }
    XCTAssertEqual(none.nextDeadline, .never)
    var one = FirstOfMany<1, Sleep> { _ in Sleep(until: due(0)) }
    XCTAssertEqual(place(one.poll(at: .zero)), "pending")
    XCTAssertEqual(one.nextDeadline, due(0))
    XCTAssertEqual(place(one.poll(at: due(0))), "0 30")
  }

  func testTheEarliestOfManySleepsWins() {
    var random = SeededRandom()
    for _ in 0..<300 {
      let deadlines = (0..<8).map { _ in Instant(nanoseconds: .random(in: 1...40, using: &random)) }
      var race = FirstOfMany<8, Sleep> { Sleep(until: deadlines[$0]) }
      var now = Instant.zero
      while case .pending = race.poll(at: now) { now = race.nextDeadline }
      XCTAssertEqual(now, deadlines.min(), "SEED=\(random.seed)")
    }
  }

  func testTheLosersThatAreKeptGoOn() {
    let census = Census()
    var places = InlineArray<3, Scripted?> { Scripted([.pending, .ready, .ended][$0], in: census) }
    XCTAssertEqual(place(pollFirst(of: &places, at: .zero)), "1 a")
    XCTAssertEqual(census.futures, 3, "the third was not asked")
    places[1] = nil
    XCTAssertEqual(place(pollFirst(of: &places, at: .zero)), "pending")
    XCTAssertEqual(census.futures, 1)
    places[0] = nil
    XCTAssertEqual(place(pollFirst(of: &places, at: .zero)), "ended")
    XCTAssertEqual([census.alive, places.nextDeadline == .never ? 0 : 1], [0, 0])
  }

  /// The longest that one of five streams, each ready at random, loses in a row while it is ready.
  private func longestWait(_ random: inout SeededRandom, next: (Int) -> Int) -> Int {
    var (longest, start) = (0, 0)
    var waits = [Int](repeating: 0, count: 5)
    for _ in 0..<2000 {
      let isReady = (0..<5).map { index in waits[index] > 0 || Int.random(in: 0..<3, using: &random) == 0 }
      let census = Census()
      var futures = InlineArray<5, Scripted> { Scripted(isReady[$0] ? .ready : .pending, in: census) }
      guard case .ready(let winner) = pollFirst(of: &futures, startingAt: start, at: .zero) else { continue }
      for index in 0..<5 { waits[index] = isReady[index] && index != winner.index ? waits[index] + 1 : 0 }
      longest = max(longest, waits.max()!)
      start = next(winner.index)
    }
    return longest
  }

  /// Starting behind the last winner is fair, as the documentation says; always starting at the same is not.
  func testFairness() {
    var random = SeededRandom()
    XCTAssertEqual(longestWait(&random) { ($0 + 1) % 5 }, 4, "SEED=\(random.seed)")
    XCTAssertGreaterThan(longestWait(&random) { _ in 0 }, 4, "SEED=\(random.seed)")
  }

  /// The controls: a race that forgets one, that starts elsewhere, or that keeps its losers is noticed.
  func testBrokenVariantsAreNoticed() {
    XCTAssertNotEqual(complaints { FirstOfMany<3, Scripted>(startingAt: ($0 + 1) % 3, $1) }, [])
    XCTAssertNotEqual(complaints { _, make in FirstOfMany<3, Scripted>(make) }, [])
    XCTAssertNotEqual(complaints { FirstOfMany<2, Scripted>(startingAt: min($0, 1), $1) }, [])
    XCTAssertNotEqual(complaints { Keeping(startingAt: $0, $1) }, [])
  }
}

/// A race that keeps its losers.
private struct Keeping: Streams.Future, ~Copyable {
  private var futures: InlineArray<3, Scripted?>
  private let start: Int

  init(startingAt start: Int, _ make: (Int) -> Scripted) {
    futures = InlineArray { make($0) }
    self.start = start
  }

  mutating func poll(at now: Instant) -> Poll<Indexed<Marble>, Indexed<MarbleFailure>> {
    pollFirst(of: &futures, startingAt: start, at: now)
  }

  var nextDeadline: Instant { futures.nextDeadline }
}
