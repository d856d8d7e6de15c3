import Streams
import TestSupport
import Timing
import XCTest

/// What a table of two scripted futures says that a combinator gave and left behind.
private struct Outcome: Equatable, CustomStringConvertible {
  var text: String
  /// Futures and kept messages alive behind the answer.
  var alive: Int
  var deadline: UInt64

  var description: String { "\(text), \(alive) alive, deadline \(deadline)" }
}

/// Two answers, and what should come of them: of the first of both, of that with the second asked first, of both.
private typealias Row = (one: Answer, other: Answer, first: String, turned: String, both: String)

private let table: [Row] = [
  (.ready, .ready, "first a", "second b", "ab"),
  (.ready, .pending, "first a", "first a", "pending"),
  (.ready, .failed, "first a", "second failed", "second failed"),
  (.ready, .ended, "first a", "first a", "ended"),
  (.pending, .ready, "second b", "second b", "pending"),
  (.pending, .pending, "pending", "pending", "pending"),
  (.pending, .failed, "second failed", "second failed", "second failed"),
  (.pending, .ended, "pending", "pending", "ended"),
  (.failed, .ready, "first failed", "second b", "first failed"),
  (.failed, .pending, "first failed", "first failed", "first failed"),
  (.failed, .failed, "first failed", "second failed", "first failed"),
  (.failed, .ended, "first failed", "first failed", "first failed"),
  (.ended, .ready, "second b", "second b", "ended"),
  (.ended, .pending, "pending", "pending", "ended"),
  (.ended, .failed, "second failed", "second failed", "ended"),
  (.ended, .ended, "ended", "ended", "ended"),
]

private let (firstDue, secondDue) = (Instant(nanoseconds: 20), Instant(nanoseconds: 30))

private func earliest(_ first: Answer, _ second: Answer) -> UInt64 {
  first == .pending
    ? firstDue.nanoseconds : second == .pending ? secondDue.nanoseconds : Instant.never.nanoseconds
}

/// Polls what is made of each pair of answers twice, and compares with the table.
///
/// - Parameter alive: what a pending answer leaves alive.
private func complaints<Made: Streams.Future & ~Copyable>(
  expecting wanted: (Row) -> String, alive: (Answer, Answer) -> Int,
  saying: (consuming Poll<Made.Message, Made.Failure>) -> String,
  _ make: (consuming Scripted, consuming Scripted) -> Made
) -> [String] {
  var complaints: [String] = []
  for row in table {
    let census = Census()
    do {
      var made = make(
        Scripted(row.one, "a", due: firstDue, in: census),
        Scripted(row.other, "b", due: secondDue, in: census))
      let text = saying(made.poll(at: .zero))
      let isPending = text == "pending"
      let found = Outcome(text: text, alive: census.alive, deadline: made.nextDeadline.nanoseconds)
      let expected = Outcome(
        text: wanted(row), alive: isPending ? alive(row.one, row.other) : 0,
        deadline: isPending ? earliest(row.one, row.other) : Instant.never.nanoseconds)
      if found != expected { complaints.append("\(row.one), \(row.other): \(found) instead of \(expected)") }
      let next = saying(made.poll(at: .zero))
      if next != (isPending ? "pending" : "ended") {
        complaints.append("\(row.one), \(row.other): \(text), then \(next)")
      }
    }
    if census.alive != 0 { complaints.append("\(row.one), \(row.other): \(census.alive) leaked") }
  }
  return complaints
}

private func pendingOnes(_ answers: Answer...) -> Int { answers.count { $0 == .pending } }

final class FirstOfTests: XCTestCase {
  func testEveryPairOfAnswers() {
    XCTAssertEqual(
      complaints(expecting: { $0.first }, alive: { pendingOnes($0, $1) }, saying: side) { $0.first(of: $1) },
      [])
    XCTAssertEqual(
      complaints(expecting: { $0.turned }, alive: { pendingOnes($0, $1) }, saying: side) {
        $0.first(of: $1, startingAt: 1)
      }, [])
  }

  func testEveryPairOfAnswersOfBoth() {
    // A future that has given its message is dropped, and its message kept instead.
    let kept = { (first: Answer, second: Answer) in 2 }
    XCTAssertEqual(
      complaints(expecting: { $0.both }, alive: kept, saying: pair) { $0.joined(with: $1) }, [])
  }

  /// The controls: a loser that stays, the wrong one first, a deadline of one only, and one that never ends.
  func testBrokenVariantsAreNoticed() {
    let expected = { (row: Row) in row.first }
    let alive = { (first: Answer, second: Answer) in pendingOnes(first, second) }
    for flaw in BrokenRace.Flaw.allCases {
      XCTAssertNotEqual(
        complaints(expecting: expected, alive: alive, saying: side) { BrokenRace($0, $1, flaw) }, [],
        "\(flaw)")
    }
    XCTAssertEqual(
      complaints(expecting: expected, alive: alive, saying: side) { BrokenRace($0, $1, nil) }, [],
      "without a flaw")
  }

  func testTheLoserIsNotAsked() {
    let census = Census()
    var race = Scripted(.ready, in: census).first(of: Scripted(.ready, "b", in: census), startingAt: 1)
    XCTAssertEqual(side(race.poll(at: .zero)), "second b")
    XCTAssertEqual(census.polls, ["b"])
  }

  func testARaceInTime() {
    expect(
      marbleRow("--a|", "---x|", "--(a|)") { AsStream($0.first(of: $1)) },
      marbleRow("---a|", "-x|", "-(x|)") { AsStream($0.first(of: $1)) },
      marbleRow("|", "---x|", "---(x|)") { AsStream($0.first(of: $1)) },
      marbleRow("--|", "-|", "--|") { AsStream($0.first(of: $1)) },
      marbleRow("", "-#x|", "-(!|)") { AsStream($0.first(of: $1)) },
      marbleRow("--a|", "-x|", "---a--|", pace: .slowly) { AsStream($0.first(of: $1)) },
      marbleRow("--a|", "-x|", "---x--|", pace: .slowly) { AsStream($0.first(of: $1, startingAt: 1)) },
      marbleRow("---a|", "--x|", "-0|", "-(0|)") { AsStream($0.first(of: $1).first(of: $2)) },
      marbleRow("--a|", "---x|", "---([ax]|)") { AsStream($0.joined(with: $1), demand: 1) })
  }

  func testWhicheverIsTheOneThatIsThere() {
    let census = Census()
    for start in 0...1 {
      var race = Scripted(.ready, in: census).first(of: Scripted(.ready, "b", in: census), startingAt: start)
      guard case .ready(let winner) = race.poll(at: .zero) else { return XCTFail("both were ready") }
      let text = winner.whichever().marbleText()
      XCTAssertEqual(text, start == 0 ? "a" : "b")
      XCTAssertEqual(census.alive, 0)
    }
  }

  /// Two endless streams in rounds, each starting behind the last winner, have every second turn.
  func testTwoInRoundsAreFair() {
    var letters = MarbleSource<Character>("(abcd)")
    var numbers = MarbleSource<Character>("(1234)")
    var (told, start) = ("", 0)
    while case .ready(let winner) = pollFirst(of: &letters, &numbers, startingAt: start, at: .zero) {
      if case .first = winner { start = 1 } else { start = 0 }
      told.append(winner.whichever())
    }
    XCTAssertEqual(told, "a1b2c3d4")
  }

  func testALoserThatIsKeptGoesOn() {
    var numbers = MarbleSource<Int>("1-23|")
    var limit: Sleep? = Sleep(until: MarbleScript.instant(ofTick: 2))
    var told: [String] = []
    for tick in 0...4 {
      let now = MarbleScript.instant(ofTick: tick)
      switch pollFirst(of: &numbers, &limit, startingAt: 1, at: now) {
      case .ready(.first(let number)): told.append("\(number)")
      case .ready(.second): told.append("limit")
      case .failed(.first): told.append("failed")
      case .ended: told.append("ended")
      case .pending: told.append("-")
      }
    }
    XCTAssertEqual(told, ["1", "-", "limit", "2", "3"])
    XCTAssertNil(limit, "has ended, and left its place")
  }
}

/// A race with a flaw: a control.
private struct BrokenRace: Streams.Future, ~Copyable {
  enum Flaw: CaseIterable { case keepsTheLoser, turned, oneDeadline, endsEarly, goesOn }
  private var first: Scripted?
  private var second: Scripted?
  private let flaw: Flaw?

  init(_ first: consuming Scripted, _ second: consuming Scripted, _ flaw: Flaw?) {
    self.first = consume first
    self.second = consume second
    self.flaw = flaw
  }

  mutating func poll(at now: Instant) -> Poll<Either<Marble, Marble>, Either<MarbleFailure, MarbleFailure>> {
    let answer = pollFirst(of: &first, &second, startingAt: flaw == .turned ? 1 : 0, at: now)
    switch answer {
    case .pending: return flaw == .endsEarly ? .ended : .pending
    default: break
    }
    if flaw == .goesOn { return answer }
    first = nil
    if flaw != .keepsTheLoser { second = nil }
    return answer
  }

  var nextDeadline: Instant {
    flaw == .oneDeadline ? second.nextDeadline : min(first.nextDeadline, second.nextDeadline)
  }
}
