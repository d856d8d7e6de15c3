import Streams
import TestSupport
import Timing
import XCTest

private typealias Source = MarbleSource<Character>

/// What holds of operators whatever comes when: equations between streams, over random marble scripts.
final class OperatorLawTests: XCTestCase {
  private func transcript<Made: Streams.Stream & ~Copyable>(
    _ scripts: [String], _ make: (consuming Source, consuming Source, consuming Source) -> Made
  ) -> MarbleScript where Made.Message: MarbleText {
    var reader = MarbleReader([], MarblePopulation())
    reader.read(make(Source(scripts[0]), Source(scripts[1]), Source(scripts[2])), .everyTick, ticks: 20)
    return reader.transcript
  }

  /// Whether two ways to make a stream of three sources give the same, whatever the sources; the scripts if not.
  private func difference<Left: Streams.Stream & ~Copyable, Right: Streams.Stream & ~Copyable>(
    _ random: inout SeededRandom,
    _ left: (consuming Source, consuming Source, consuming Source) -> Left,
    _ right: (consuming Source, consuming Source, consuming Source) -> Right
  ) -> [String]? where Left.Message: MarbleText, Right.Message: MarbleText {
    for _ in 0..<150 {
      let scripts = ["abc", "mno", "xyz"].map { MarbleScript.random(of: $0, isOpen: true, using: &random) }
      if transcript(scripts, left).text != transcript(scripts, right).text { return scripts }
    }
    return nil
  }

  private func expectEqual<Left: Streams.Stream & ~Copyable, Right: Streams.Stream & ~Copyable>(
    line: UInt = #line,
    _ left: (consuming Source, consuming Source, consuming Source) -> Left,
    _ right: (consuming Source, consuming Source, consuming Source) -> Right
  ) where Left.Message: MarbleText, Right.Message: MarbleText {
    var random = SeededRandom()
    XCTAssertNil(difference(&random, left, right), "SEED=\(random.seed)", line: line)
  }

  func testMapping() {
    expectEqual({ a, _, _ in a.map { $0 } }, { a, _, _ in a })
    expectEqual({ a, _, _ in a.map(upper).map(next) }, { a, _, _ in a.map { next(upper($0)) } })
    expectEqual({ a, b, _ in a.merge(b).map(upper) }, { a, b, _ in a.map(upper).merge(b.map(upper)) })
    expectEqual({ a, b, _ in a.concat(b).map(upper) }, { a, b, _ in a.map(upper).concat(b.map(upper)) })
    expectEqual(
      { a, _, _ in a.compactMap { isA($0) ? nil : upper($0) } },
      { a, _, _ in a.filter { !isA($0) }.map(upper) })
    expectEqual({ a, _, _ in a.scan(Character("q")) { $1 } }, { a, _, _ in a })
    expectEqual({ a, _, _ in a.tap { _ in } }, { a, _, _ in a })
  }

  func testTheHeadOfAMappedStreamIsTheMappedHead() {
    expectEqual({ a, _, _ in a.map(upper).take(1) }, { a, _, _ in a.take(1).map(upper) })
    var source = Source("ab|")
    var mapped = Source("ab|").map(upper)
    guard case .ready(let head) = source.head(at: .zero), case .ready(let mappedHead) = mapped.head(at: .zero)
    else { return XCTFail("both had a head") }
    XCTAssertEqual(upper(head), mappedHead)
  }

  func testTheTailBehindTheHeadIsTheRest() {
    expectEqual({ a, _, _ in a.tail() }, { a, _, _ in a })
    expectEqual(
      { a, _, _ in
        var stream = Source("(q|)").concat(a)
        guard case .ready = stream.head(at: .zero) else { preconditionFailure("there was a head") }
        return stream.tail()
      }, { a, _, _ in a })
  }

  func testFiltering() {
    expectEqual(
      { a, _, _ in a.filter { $0 != "a" }.filter { $0 != "b" } },
      { a, _, _ in a.filter { $0 != "a" && $0 != "b" } })
    expectEqual({ a, _, _ in a.filter { _ in true } }, { a, _, _ in a })
    expectEqual({ a, _, _ in a.distinct().distinct() }, { a, _, _ in a.distinct() })
    expectEqual(
      { a, _, _ in a.prefix { !isA($0) }.filter { !isA($0) } }, { a, _, _ in a.prefix { !isA($0) } })
    expectEqual({ a, _, _ in a.prefix { _ in true } }, { a, _, _ in a })
  }

  func testCutting() {
    expectEqual({ a, _, _ in a.take(5).take(3) }, { a, _, _ in a.take(3) })
    expectEqual({ a, _, _ in a.drop(1).drop(2) }, { a, _, _ in a.drop(3) })
    expectEqual({ a, _, _ in a.take(5).drop(2) }, { a, _, _ in a.drop(2).take(3) })
    expectEqual({ a, _, _ in a.drop(0) }, { a, _, _ in a })
    expectEqual({ a, b, _ in a.take(0).concat(b) }, { _, b, _ in b })
  }

  func testJoining() {
    expectEqual({ a, b, c in a.concat(b).concat(c) }, { a, b, c in a.concat(b.concat(c)) })
    expectEqual({ a, _, _ in a.concat(Source("|")) }, { a, _, _ in a })
    expectEqual({ a, _, _ in Source("|").concat(a) }, { a, _, _ in a })
    expectEqual({ a, _, _ in a.merge(Source("|")) }, { a, _, _ in a })
    expectEqual({ a, _, _ in Source("|").merge(a) }, { a, _, _ in a })
    expectEqual(
      { a, b, c in a.merge(byPriority: b).merge(byPriority: c) },
      { a, b, c in a.merge(byPriority: b.merge(byPriority: c)) })
    expectEqual(
      { a, b, _ in a.map(upper).zip(b.map(upper)) { String([$0, $1]) } },
      { a, b, _ in a.zip(b) { String([upper($0), upper($1)]) } })
  }

  func testFlattening() {
    expectEqual({ a, _, _ in a.flatMap(atOnce: Limit<1>()) { Once($0) } }, { a, _, _ in a })
    expectEqual({ a, _, _ in Once("q").flatMap(atOnce: Limit<2>()) { _ in Source("a-#b|") }.merge(a) }) {
      a, _, _ in
      Source("a-#b|").merge(a)
    }
  }

  /// The controls: streams that differ in one message, in time, or in their end are told apart.
  func testDifferencesAreNoticed() {
    var random = SeededRandom(seed: 5)
    XCTAssertNotNil(
      difference(&random, { a, _, _ in a.map(next) }, { a, _, _ in a.map { $0 == "c" ? "b" : $0 } }))
    XCTAssertNotNil(difference(&random, { a, _, _ in Late(a) }, { a, _, _ in a }))
    XCTAssertNotNil(difference(&random, { a, _, _ in a.concat(Source("")) }, { a, _, _ in a }))
    XCTAssertNotNil(difference(&random, { a, b, _ in a.concat(b) }, { a, b, _ in b.concat(a) }))
    XCTAssertNotNil(difference(&random, { a, _, _ in a.take(4) }, { a, _, _ in a.take(5) }))
  }
}

private func upper(_ letter: Character) -> Character { Character(letter.uppercased()) }
private func next(_ letter: Character) -> Character { letter == "A" ? "B" : letter == "a" ? "b" : letter }
private func isA(_ letter: Character) -> Bool { letter == "a" }

/// Keeps each message for a poll.
private struct Late: Streams.Stream, ~Copyable {
  private var source: Source
  private var kept: Character?
  init(_ source: consuming Source) { self.source = source }

  mutating func poll(at now: Instant) -> Poll<Character, MarbleFailure> {
    if let message = kept.take() { return .ready(message) }
    guard case .ready(let message) = source.poll(at: now) else { return .pending }
    kept = message
    return .pending
  }
}

/// One message, at once.
private struct Once: Streams.Stream {
  private var message: Character?
  init(_ message: Character) { self.message = message }

  mutating func poll(at now: Instant) -> Poll<Character, MarbleFailure> {
    guard let message = message.take() else { return .ended }
    return .ready(message)
  }
}
