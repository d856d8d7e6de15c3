import Streams
import TestSupport
import Timing
import XCTest

/// The marble harness itself: it plays and writes what it was given, and notices streams that are broken.
final class MarbleTests: XCTestCase {
  func testAScriptIsReadAndWritten() {
    for text in ["", "a-b--c|", "--(ab)-#-(c|)", "[ab]-(c[de]#)|"] {
      XCTAssertEqual(MarbleScript(text).text, text)
    }
    XCTAssertEqual(MarbleScript(" a- b (c)-- ").text, "a-bc")
  }

  func testASourceComesOutAsItWentIn() {
    expect(
      row("", "") { $0 },
      row("|", "|") { $0 },
      row("a-b--c|", "a-b--c|") { $0 },
      row("--(ab)#-(c|)", "--(ab)#-(c|)") { $0 },
      numberRow("1-z|", "1-z|") { $0 },
      marbleRow("a-b|", "a-b|") { $0 },
      row("abc|", "a--b--c--|", pace: .slowly) { $0 },
      row("abcde|", "a-------(bcd)-------(e|)", pace: .inBursts) { $0 },
      row("abc|", "xyz|", "abc|") { first, _ in first },
      row("abc|", "xyz|", "123|", "123|") { _, _, third in third })
  }

  /// The controls: each way to be broken is noticed.
  func testBrokenStreamsAreNoticed() {
    expect("instead of", in: row("a-b|", "a-c|") { $0 })
    expect("demand 1", in: row("(abcd)|", "(abcd)|") { Hoarder($0) })
    expect("keeps 2, demand 1", in: marbleRow("(abcd)|", "(abcd)|") { Hoarder($0) })
    expect("everyTick: a-c|", in: row("abc|", "abc|") { Broken($0, .losing) })
    expect("everyTick: (aa)(bb)(cc)", in: row("abc|", "abc|") { Broken($0, .repeating) })
    expect("atDeadlines: --a", in: row("-a-b|", "-a-b|") { Broken($0, .late) })
    expect("its deadline has passed", in: row("-a|", "-a|") { Broken($0, .hasty) })
    expect("goes on after its end", in: row("a|", "a|") { Broken($0, .reviving) })
    expect("polls a source after its own end", in: row("a-b", "|") { Broken($0, .closing) })
    expect("never says pending", in: row("a|", "a|") { Broken($0, .endless) })
  }
}

/// Takes all it gets, and says it takes one.
private struct Hoarder<Source: Streams.Stream & ~Copyable>: Streams.Stream, ~Copyable {
  typealias Failure = Source.Failure
  private var source: Source
  private var hoard = InlineList<16, Source.Message>()

  init(_ source: consuming Source) { self.source = source }

  mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    let why = source.collect(into: &hoard, at: now)
    if let message = hoard.head() { return .ready(message) }
    if case .ended = why { return .ended }
    return .pending
  }

  var nextDeadline: Instant { source.nextDeadline }
  var demand: Int { 1 }
}

private struct Broken: Streams.Stream, ~Copyable {
  enum Flaw { case losing, repeating, late, hasty, reviving, closing, endless }
  private var source: MarbleSource<Character>
  private let flaw: Flaw
  private var count = 0
  private var again: Character?
  private var hasEnded = false

  init(_ source: consuming MarbleSource<Character>, _ flaw: Flaw) {
    self.source = source
    self.flaw = flaw
  }

  mutating func poll(at now: Instant) -> Poll<Character, MarbleFailure> {
    if let message = again.take() { return .ready(message) }
    if hasEnded, flaw == .reviving { return .pending }
    switch source.poll(at: now) {
    case .ready(let message):
      count += 1
      if flaw == .closing { return .ended }
      if flaw == .losing, count == 2 { return .pending }
      if flaw == .repeating || flaw == .endless { again = message }
      return .ready(message)
    case .ended:
      hasEnded = true
      return flaw == .endless ? .ready("e") : .ended
    case let other: return flaw == .closing ? .ended : other
    }
  }

  var nextDeadline: Instant {
    switch flaw {
    case .late: source.nextDeadline + MarbleScript.tick
    case .hasty: .zero
    default: source.nextDeadline
    }
  }
}
