import Streams
import TestSupport
import XCTest

private typealias Source = MarbleSource<Character>

/// Nothing is lost, made up or overtaken: what operators that join and cut do with the messages they get.
final class WholenessLawTests: XCTestCase {
  private let alphabets = ["abcd", "mnop", "wxyz"]

  private func events<Made: Streams.Stream & ~Copyable>(
    _ made: consuming Made, _ pace: MarblePace = .everyTick
  ) -> [MarbleScript.Event] where Made.Message: MarbleText {
    var reader = MarbleReader([], MarblePopulation())
    reader.read(made, pace, ticks: 400)
    return reader.transcript.ticks.flatMap { $0 }
  }

  /// What a stream joined of three does with their messages that it should not; nothing when it is right.
  private func flaw<Made: Streams.Stream & ~Copyable>(
    _ random: inout SeededRandom, _ make: ([String]) -> Made
  ) -> String? where Made.Message: MarbleText {
    for _ in 0..<200 {
      let scripts = alphabets.map { MarbleScript.random(of: $0, using: &random) }
      let inputs = scripts.map { MarbleScript($0).ticks.flatMap { $0 } }
      let output = events(make(scripts), Bool.random(using: &random) ? .everyTick : .slowly)
      for (input, letters) in zip(inputs, alphabets) {
        let own = { (event: MarbleScript.Event) in letters.contains { event == .message(String($0)) } }
        if output.filter(own) != input.filter(own) { return "the order of \(letters) in \(scripts)" }
      }
      let failures = { (events: [MarbleScript.Event]) in events.filter { $0 == .failure }.count }
      if failures(output) != inputs.map(failures).reduce(0, +) { return "the failures of \(scripts)" }
      if output.last != .end { return "the end of \(scripts)" }
    }
    return nil
  }

  func testJoinedStreamsKeepTheOrderOfEachSource() {
    var random = SeededRandom()
    let flaws = [
      flaw(&random) { Source($0[0]).merge(Source($0[1])).merge(Source($0[2])) },
      flaw(&random) { Source($0[0]).merge(Source($0[1]).merge(Source($0[2]))) },
      flaw(&random) { Source($0[0]).merge(byPriority: Source($0[1])).merge(byPriority: Source($0[2])) },
      flaw(&random) { Source($0[0]).concat(Source($0[1])).concat(Source($0[2])) },
      flaw(&random) { scripts in
        Source("0-(12)|").flatMap(atOnce: Limit<2>()) { Source(scripts[$0.wholeNumberValue!]) }
      },
    ]
    XCTAssertEqual(flaws, [nil, nil, nil, nil, nil], "SEED=\(random.seed)")
  }

  /// The controls: streams that lose, repeat or overtake are noticed.
  func testBrokenJoiningIsNoticed() {
    var random = SeededRandom(seed: 3)
    let losing = flaw(&random) { Source($0[0]).merge(Source($0[1]).distinct()).merge(Source($0[2])) }
    XCTAssertEqual(losing?.hasPrefix("the order of mnop"), true)
    let exchanging = flaw(&random) {
      Source($0[0]).merge(Source($0[1])).merge(Source($0[2])).map { $0 == "w" ? "x" : $0 }
    }
    XCTAssertEqual(exchanging?.hasPrefix("the order of wxyz"), true)
    let endless = flaw(&random) { Source($0[0]).merge(Source($0[1])).merge(Source($0[2])).concat(Source("")) }
    XCTAssertEqual(endless?.hasPrefix("the end"), true)
    let failing = flaw(&random) {
      Source("#|").merge(Source($0[0])).merge(Source($0[1])).merge(Source($0[2]))
    }
    XCTAssertEqual(failing?.hasPrefix("the failures"), true)
  }

  /// The first messages, and the rest, of a random script, against what a list does.
  private func isWhole(_ random: inout SeededRandom, dropping extra: Int) -> Bool {
    for _ in 0..<200 {
      let script = MarbleScript.random(of: "abcd", using: &random).filter { $0 != "#" }
      let count = Int.random(in: 0...6, using: &random)
      let all = events(Source(script)).dropLast()
      let first = events(Source(script).take(count)).dropLast()
      let rest = events(Source(script).drop(count + extra)).dropLast()
      if first + rest != all || Array(first) != Array(all.prefix(count)) { return false }
    }
    return true
  }

  func testTheFirstAndTheRestAreTheWhole() {
    var random = SeededRandom()
    XCTAssertTrue(isWhole(&random, dropping: 0), "SEED=\(random.seed)")
    XCTAssertFalse(isWhole(&random, dropping: 1), "the control")
  }

  /// Operators against the same function of a list.
  func testStreamsDoWhatListsDo() {
    var random = SeededRandom()
    for _ in 0..<200 {
      let numbers = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        Int.random(in: 0...5, using: &random)
      }
      let source = { MarbleSource<Int>(numbers.map { "(\($0))-" }.joined() + "|") }
      let found = [
        events(source().filter { $0 % 2 == 0 }), events(source().prefix { $0 < 4 }),
        events(source().scan(0, summing)), events(source().zip(source().drop(1), pairing)),
      ]
      var sum = 0
      let wanted = [
        numbers.filter { $0 % 2 == 0 }, Array(numbers.prefix { $0 < 4 }),
        numbers.map { summing(&sum, $0) }, zip(numbers, numbers.dropFirst()).map(pairing),
      ]
      let messages = wanted.map { $0.map { MarbleScript.Event.message(String($0, radix: 36)) } + [.end] }
      XCTAssertEqual(found, messages, "SEED=\(random.seed)")
    }
  }
}

private func summing(_ sum: inout Int, _ number: Int) -> Int {
  sum = (sum + number) % 30
  return sum
}

private func pairing(_ first: Int, _ second: Int) -> Int { 6 * first + second }
